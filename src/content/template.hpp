#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "content/variables.hpp"

namespace sesame::content {

/// The treatment of a `{{name}}` for which a letter has no value.
enum class MissingPolicy : unsigned char {
  leave,   // The placeholder stays as written.
  strict,  // The letter is refused: errors::kVariablesMissing.
};

/// The destination of rendered text, which decides how values are escaped (the template's own text never is).
enum class Escaping : unsigned char {
  none,    // Plain text.
  html,    // `& < > " '` become character references: a value can't open a tag or leave an attribute.
  header,  // Control characters (CR and LF among them) become a space: a value can't start a header.
};

/// Text with `{{name}}` placeholders, compiled once into literal and slot pieces. Immutable after
/// construction. Thread: any.
///
/// A name is one of base/variable_name.hpp, in any of its forms: `{{ First  Name }}` is `{{First Name}}`.
/// Everything else between braces is ordinary text, so style sheets survive; find_illegal_placeholder() finds
/// what was meant as one.
class Template {
 public:
  struct Piece {
    std::string text;             // The literal, or the placeholder as written.
    std::size_t slot = kLiteral;  // Index into names(), or kLiteral.
    static constexpr std::size_t kLiteral = static_cast<std::size_t>(-1);
    bool is_slot() const { return slot != kLiteral; }
  };

  Template() = default;
  explicit Template(std::string_view source);

  const std::vector<Piece>& pieces() const { return pieces_; }
  /// Each placeholder's name once, in order of first use.
  const std::vector<std::string>& names() const { return names_; }
  bool constant() const { return names_.empty(); }

  /// Appends the text with its values to `out`; placeholders without a value stay as written.
  void render(const Variables& values, Escaping escaping, std::string& out) const;

 private:
  void add_literal(std::string_view text);
  void add_slot(std::string_view source, std::size_t slot);

  std::vector<Piece> pieces_;
  std::vector<std::string> names_;
};

/// A `{{` that opens no placeholder. A mail would show it as it stands.
struct IllegalPlaceholder {
  std::size_t at = 0;  // The byte of the text at which it begins.
  std::string text;    // With what follows up to its `}}`: "{{#if}}"; cut when that is far away.
};

/// At most `limit` illegal placeholders, in the order of the text. Pure. Thread: any.
std::vector<IllegalPlaceholder> find_illegal_placeholders(std::string_view source, std::size_t limit);
/// The text of the first one; nullopt when there is none.
std::optional<std::string> find_illegal_placeholder(std::string_view source);

/// Appends `value`, escaped.
void append_escaped(std::string_view value, Escaping escaping, std::string& out);

}  // namespace sesame::content
