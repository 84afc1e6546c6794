#include "content/part_source.hpp"

#include <set>

#include "content/tracked_html.hpp"

namespace sesame::content {

PartSource::PartSource(const Template& text) { add(text); }

bool PartSource::constant() const {
  return pieces_.empty() || (pieces_.size() == 1 && pieces_.front().kind == Kind::literal);
}

std::string PartSource::literal() const { return pieces_.empty() ? std::string() : pieces_.front().text; }

void PartSource::add_literal(std::string_view text) {
  if (text.empty()) return;
  if (pieces_.empty() || pieces_.back().kind != Kind::literal) pieces_.emplace_back();
  pieces_.back().text += text;
}

void PartSource::add(const Template& text) {
  for (const Template::Piece& piece : text.pieces()) {
    if (!piece.is_slot()) {
      add_literal(piece.text);
      continue;
    }
    Piece& value = pieces_.emplace_back();
    value.kind = Kind::value;
    value.text = piece.text;
    value.name = text.names()[piece.slot];
  }
}

void PartSource::add_link(std::string_view written, std::string_view target) {
  Piece& link = pieces_.emplace_back();
  link.kind = Kind::link;
  link.text = written;
  link.written = Template(written);
  link.target = Template(target);
}

void PartSource::add(std::span<const Addition> additions) {
  for (const Addition& addition : additions) {
    add_literal(addition.before);
    if (addition.url) {
      Piece& url = pieces_.emplace_back();
      url.kind = Kind::url;
      url.url = addition.url;
    }
    add_literal(addition.after);
  }
}

void PartSource::count_links() {
  std::set<std::string_view> written;
  for (const Piece& piece : pieces_) {
    if (piece.kind == Kind::link) written.insert(piece.text);
  }
  for (Piece& piece : pieces_) piece.links = static_cast<unsigned>(written.size());
}

void append_filled(std::string& out, const PartSource::Piece& piece, const Filling& filling,
                   Escaping escaping) {
  switch (piece.kind) {
    case PartSource::Kind::literal:
      out += piece.text;
      return;
    case PartSource::Kind::value: {
      const std::string* value = filling.values.find(piece.name);
      if (value == nullptr)
        out += piece.text;
      else
        append_escaped(*value, escaping, out);
      return;
    }
    case PartSource::Kind::link: {
      std::string target;
      piece.target.render(filling.values, Escaping::none, target);
      if (filling.links != nullptr) target = followed_target(target, *filling.links);
      if (filling.links == nullptr || target.empty())
        piece.written.render(filling.values, escaping, out);
      else
        append_escaped(filling.links->click_url(filling.mail, target, piece.links), escaping, out);
      return;
    }
    case PartSource::Kind::url:
      if (filling.links != nullptr) append_escaped(piece.url(*filling.links, filling.mail), escaping, out);
      return;
  }
}

}  // namespace sesame::content
