#include "content/findings.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "base/utf8.hpp"

namespace sesame::content {

namespace {

using enum FindingLevel;

constexpr FindingRule kRules[] = {
    {"placeholder_unknown", error,
     "These braces open no placeholder: recipients would read them as they stand.",
     "Write only a name between double braces; conditions, loops and filters do not exist."},
    {"placeholder_split", error, "Tags stand inside a placeholder, so it is not filled.",
     "Put the tags around the whole placeholder: <b>{{name}}</b>."},
    {"placeholder_encoded", error,
     "The braces of a placeholder are written as entities, so it is not filled.",
     "Write the braces themselves: {{name}}."},
    {"mail_too_large", error, "Html and text together are larger than a mail may be.", "Shorten the mail."},
    {"text_empty", error, "The mail has neither html nor text.", "Write at least one of them."},
    {"single_braces", warning, "A name stands in single braces: recipients would read it as it stands.",
     "Double the braces when it is a variable."},
    {"variable_missing", warning, "There is no value for this variable: a send task would not start.",
     "Add the value to the data, or take the variable out."},
    {"variable_in_style", warning, "A variable stands in a style; mail programs may drop the whole style.",
     "Write the style without variables."},
    {"variable_in_comment", warning,
     "A variable stands in a comment, which recipients can read in the source.",
     "Take it out of the comment."},
    {"html_large", warning,
     "The html is larger than 102 KB: Gmail is reported to cut such mails and hide the rest.",
     "Shorten the html, or move styles that repeat into a style sheet in its head."},
    {"html_too_complex", warning,
     "The html has more tags or deeper ones than can be read: its links are not tracked "
     "and not checked.",
     "Take needless tags out."},
    {"script", warning, "Mail programs remove scripts, and filters count them against the sender.",
     "Take the script out."},
    {"form", warning, "Most mail programs don't show or submit forms.", "Link to a page with the form."},
    {"embedded", warning, "Mail programs don't show frames, objects, audio and video.",
     "Link to a page, with a picture."},
    {"external_css", warning, "Mail programs don't load style sheets from elsewhere.",
     "Write the styles into the html."},
    {"link_malformed", warning, "The address of a link is empty or malformed.",
     "Write the whole address: https://..."},
    {"link_unsafe", warning, "Mail programs don't open links of this kind.", "Link to an https address."},
    {"link_to_ip", warning, "A link leads to a number instead of a name: filters take this for fraud.",
     "Use the name of the host."},
    {"link_to_private", warning, "A link leads to a host that recipients can't reach.",
     "Use a public address."},
    {"link_shortened", warning,
     "A link shortener hides where the link leads; filters count this against the sender.",
     "Link to the page itself."},
    {"link_text_differs", warning,
     "The text of a link shows another host than the one it leads to: filters take this "
     "for fraud.",
     "Show the host that the link leads to, or words."},
    {"alt_missing", warning,
     "A picture has no alternative text: people who don't load pictures or listen to the mail "
     "get nothing.",
     "Add alt=\"...\", or alt=\"\" for decoration."},
    {"image_data", warning, "A picture stands in the html itself; Gmail and others don't show such pictures.",
     "Link to the picture, or attach it."},
    {"many_images", warning, "The mail has more than 50 pictures.", "Use fewer pictures."},
    {"text_missing", warning, "The mail has no text part: some programs and filters expect one.",
     "Add the content as plain text."},
    {"text_far_shorter", warning, "The text part says far less than the html.",
     "Write the whole content into it."},
    {"subject_capitals", warning,
     "The subject is written in capitals; filters count this against the sender.",
     "Write it in normal letters."},
    {"unsubscribe_missing", warning,
     "The mail offers no way to unsubscribe; large providers require one of bulk mail.",
     "Choose an unsubscribe option, or add a link of your own."},
    {"unsubscribe_no_url", warning,
     "This server has no public address, so its link to unsubscribe is left out.", "Set `public_url`."},
    {"unsubscribe_not_https", warning,
     "The link to unsubscribe is not https: programs show no button for it (RFC 8058).",
     "Set a `public_url` that begins with https."},
    {"placeholder_blanks", hint,
     "Blanks stand inside the braces; this server accepts them, other services may not.", "Write {{name}}."},
    {"variable_in_link", hint,
     "A variable stands in the address of a link or picture; its value is not encoded for "
     "addresses.",
     "Give values that are valid in an address."},
    {"value_unused", hint, "The data have a value that the mail does not use.", "Take it out, or use it."},
    {"link_http", hint, "A link is http, not https.", "Use https where the host has it."},
    {"image_size", hint, "A picture has no width or height, so the mail jumps while it loads.",
     "Add width and height."},
    {"images_only", hint, "The mail is pictures with hardly any text; filters can't read it.",
     "Say the important things as text."},
    {"layout_table", hint,
     "A table for layout has no role=\"presentation\": programs that read aloud announce it as data.",
     "Add role=\"presentation\"."},
    {"doctype_missing", hint, "The html has no doctype; some programs then draw it by old rules.",
     "Begin with <!DOCTYPE html>."},
    {"lang_missing", hint, "The html does not say its language; programs that read aloud guess it.",
     "Add lang to the tag html."},
    {"title_repeated", hint, "The html has more than one title.", "Keep one."},
    {"tag_unclosed", hint, "A tag is not closed; mail programs differ in how they repair it.", "Close it."},
    {"font_small", hint, "A text is smaller than 14 px.", "Use at least 14 px."},
    {"contrast_low", hint, "The colours of text and background are too close (below 4.5:1).",
     "Darken the text or lighten the background."},
    {"heading_skipped", hint, "The headings skip a level.", "Use the levels in their order."},
    {"review_short", hint, "The template has fewer than 160 characters; the cloud's review asks for more.",
     "This server does not ask for it."},
    {"review_variables", hint,
     "Variables take more than a fifth of the text; the cloud's review asks for less.",
     "This server does not ask for it."},
};

const FindingRule& rule_of(std::string_view name) {
  const auto found = std::ranges::find(finding_rules(), name, &FindingRule::name);
  if (found == finding_rules().end()) throw std::logic_error("no rule " + std::string(name));
  return *found;
}

constexpr unsigned char kContinuation = 0x80;
constexpr unsigned char kContinuationMask = 0xc0;
constexpr unsigned char kFourBytes = 0xf0;  // The first byte of a code point beyond the first plane.

}  // namespace

std::span<const FindingRule> finding_rules() { return kRules; }

void Findings::add(std::string_view rule, MailPart part, std::size_t at, std::string_view excerpt) {
  const FindingRule& known = rule_of(rule);
  ++total_;
  if (++counts_[{known.name, part}] > kShownMax) return;
  found_.push_back({&known, part, at, utf8::mended(utf8::truncate(excerpt, kExcerptBytesMax))});
}

void Findings::merge(const Findings& other) {
  total_ += other.total_;
  for (const auto& [key, count] : other.counts_) counts_[key] += count;
  found_.insert(found_.end(), other.found_.begin(), other.found_.end());
}

std::vector<Finding> Findings::sorted() const {
  std::vector<Finding> all = found_;
  std::ranges::stable_sort(
      all, {}, [](const Finding& one) { return std::tuple(one.rule->level, one.part, one.at, one.rule); });
  return all;
}

TextPlaces::TextPlaces(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1))
    starts_.push_back(at + 1);
}

TextPlace TextPlaces::of(std::size_t at) const {
  at = std::min(at, text_.size());
  const auto next = std::ranges::upper_bound(starts_, at);
  TextPlace place{static_cast<std::size_t>(next - starts_.begin()), 1};
  for (const char c : text_.substr(*std::prev(next), at - *std::prev(next))) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & kContinuationMask) != kContinuation) place.column += byte >= kFourBytes ? 2 : 1;
  }
  return place;
}

}  // namespace sesame::content
