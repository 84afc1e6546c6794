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

/// An address that each letter has its own of.
using LetterUrl = std::function<std::string(const Links&, const accounts::MailId&)>;

/// Something put at the end of every letter's text. The texts around the address are ready for their kind of
/// part (html: markup); the address is escaped as the part needs.
struct Addition {
  std::string before;
  LetterUrl url;
  std::string after;
};

/// What one letter puts into the places that are its own.
struct Filling {
  const Variables& values;
  const Links* links = nullptr;  // None: every link stays as written.
  accounts::MailId mail = {};
};

/// The text of one text or html part before it is encoded: what is equal in all letters, and the places that
/// are not. Immutable once built: const use is safe from any thread.
class PartSource {
 public:
  enum class Kind : unsigned char { literal, value, link, url };
  struct Piece {
    Kind kind = Kind::literal;
    std::string text;    // literal; value and link: as written in the template.
    std::string name;    // value: whose.
    Template written;    // link: the same as `text`.
    Template target;     // link: where it leads, character references resolved.
    LetterUrl url = {};  // url.
  };

  PartSource() = default;
  PartSource(const Template& text);  // Values only.

  const std::vector<Piece>& pieces() const { return pieces_; }
  bool empty() const { return pieces_.empty(); }
  bool constant() const;
  /// The text of a constant() one.
  std::string literal() const;

  /// At the end.
  void add(const Template& text);
  void add_link(std::string_view written, std::string_view target);
  void add(std::span<const Addition> additions);

 private:
  void add_literal(std::string_view text);

  std::vector<Piece> pieces_;
};

/// Appends what a letter has in the place of a piece that is no literal, as it must stand in a part where
/// `escaping` is needed.
void append_filled(std::string& out, const PartSource::Piece& piece, const Filling& filling,
                   Escaping escaping);

}  // namespace sesame::content
