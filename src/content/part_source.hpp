#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/mail_id.hpp"
#include "content/links.hpp"
#include "content/template.hpp"

namespace sesame::content {

/// A URL that differs in each letter.
using LetterUrl = std::function<std::string(const Links&, const accounts::MailId&)>;

/// Text at the end of every letter's part. `before` and `after` are ready for their kind of part (html:
/// markup); the URL is escaped as the part needs.
struct Addition {
  std::string before;
  LetterUrl url;
  std::string after;
};

/// The content of one letter for the places that differ.
struct Filling {
  const Variables& values;
  const Links* links = nullptr;  // With nullptr every link stays as written.
  accounts::MailId mail = {};
};

/// The text of one text or html part before it is encoded: pieces that are equal in all letters, and places
/// that differ. Thread: any (const use).
class PartSource {
 public:
  enum class Kind : unsigned char { literal, value, link, url };
  struct Piece {
    Kind kind = Kind::literal;
    std::string text;    // literal; value and link: as written in the template.
    std::string name;    // value: the name of the variable.
    Template written;    // link: the same as `text`.
    Template target;     // link: its target, character references resolved.
    unsigned links = 0;  // link: how many different links the part has.
    LetterUrl url = {};  // url.
  };

  PartSource() = default;
  PartSource(const Template& text);  // Values only.

  const std::vector<Piece>& pieces() const { return pieces_; }
  bool empty() const { return pieces_.empty(); }
  bool constant() const;
  /// The text; only when constant().
  std::string literal() const;

  /// The functions add() and add_link() append at the end.
  void add(const Template& text);
  void add_link(std::string_view written, std::string_view target);
  void add(std::span<const Addition> additions);
  /// Tells every link how many different ones the part has. Call it when all are added.
  void count_links();

 private:
  void add_literal(std::string_view text);

  std::vector<Piece> pieces_;
};

/// Appends a letter's content of a piece other than a literal, escaped for a part that needs `escaping`.
void append_filled(std::string& out, const PartSource::Piece& piece, const Filling& filling,
                   Escaping escaping);

}  // namespace sesame::content
