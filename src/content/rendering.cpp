#include "content/rendering.hpp"

#include <set>

#include "content/unsubscribe_footer.hpp"

namespace sesame::content {
namespace {

std::string rendered(std::string_view source, const Variables& values, Escaping escaping) {
  std::string out;
  const PartSource parts{Template(source)};
  for (const PartSource::Piece& piece : parts.pieces()) append_filled(out, piece, {values}, escaping);
  return out;
}

}  // namespace

std::vector<std::string> placeholder_names(std::initializer_list<Template> sources) {
  std::vector<std::string> names;
  std::set<std::string_view> known;
  for (const Template& source : sources) {
    for (const std::string& name : source.names()) {
      if (known.insert(name).second) names.push_back(name);
    }
  }
  return names;
}

UnsubscribeOption offered_option(const Mailing& mailing, const Links* links) {
  const bool possible = links != nullptr && links->has_url();
  const UnsubscribeOption option = mailing.unsubscribe.value_or(0);
  return possible && unsubscribe_texts(option) != nullptr ? option : 0;
}

void add_unsubscribe_footers(Mailing& mailing, UnsubscribeOption option) {
  const UnsubscribeTexts& texts = *unsubscribe_texts(option);
  if (!mailing.html.empty()) mailing.html = with_html_footer(mailing.html, texts);
  if (!mailing.text.empty()) mailing.text = with_text_footer(mailing.text, texts);
}

RenderedTexts render_preview(Mailing mailing, const Variables& values, const Links* links) {
  Variables filled = values;
  if (const UnsubscribeOption option = offered_option(mailing, links); option != 0) {
    add_unsubscribe_footers(mailing, option);
    filled.set(kUnsubscribeVariable, links->preview_url());
  }
  RenderedTexts texts;
  Template(mailing.subject).render(filled, Escaping::header, texts.subject);
  texts.html = rendered(mailing.html, filled, Escaping::html);
  texts.text = rendered(mailing.text, filled, Escaping::none);
  return texts;
}

}  // namespace sesame::content
