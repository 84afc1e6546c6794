#include "content/tracked_html.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "content/html_map.hpp"

namespace sesame::content {

namespace {

constexpr std::string_view kUnsubscribe = "unsubscribe";

bool speaks_of_unsubscribing(std::string_view text) {
  return std::search(text.begin(), text.end(), kUnsubscribe.begin(), kUnsubscribe.end(),
                     [](char a, char b) { return ascii::to_lower(a) == b; }) != text.end();
}

/// The byte ranges of the placeholders.
std::vector<std::pair<std::size_t, std::size_t>> placeholders(std::string_view html) {
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  std::size_t at = 0;
  const Template whole(html);
  for (const Template::Piece& piece : whole.pieces()) {
    if (piece.is_slot()) ranges.emplace_back(at, at + piece.text.size());
    at += piece.text.size();
  }
  return ranges;
}

/// Whether a placeholder's value would complete the name of a character reference: its meaning is ambiguous.
bool has_open_reference(const Template& written) {
  const auto& pieces = written.pieces();
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const std::string_view before = pieces[i - 1].text;
    if (!pieces[i].is_slot() || pieces[i - 1].is_slot()) continue;
    const std::size_t mark = before.rfind('&');
    if (mark == before.npos || mark + 1 == before.size()) continue;
    const std::string_view name = before.substr(mark + 1);
    if (std::ranges::all_of(name,
                            [](char c) { return ascii::is_alpha(c) || ascii::is_digit(c) || c == '#'; }))
      return true;
  }
  return false;
}

std::size_t slots_of(const Template& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text.pieces(), &Template::Piece::is_slot));
}

/// Whether this link may be tracked in some letter.
bool may_be_followed(std::string_view written, std::string_view value, const Links& links) {
  const Template source(written);
  const Template target(value);
  if (source.constant() && target.constant()) return !followed_target(value, links).empty();
  // Text that looks like a placeholder only after references are resolved does not count as one.
  if (source.names() != target.names() || slots_of(source) != slots_of(target)) return false;
  return !has_open_reference(source) && !speaks_of_unsubscribing(value);
}

}  // namespace

std::string followed_target(std::string_view href, const Links& links) {
  while (!href.empty() && static_cast<unsigned char>(href.front()) <= ' ') href.remove_prefix(1);
  while (!href.empty() && static_cast<unsigned char>(href.back()) <= ' ') href.remove_suffix(1);
  std::string target(href);
  std::erase_if(target, [](char c) { return c == '\t' || c == '\r' || c == '\n'; });
  const bool http = ascii::istarts_with(target, "http://") || ascii::istarts_with(target, "https://");
  if (!http || target.size() > kFollowedTargetBytesMax) return {};
  if (speaks_of_unsubscribing(target) || links.leads_here(target)) return {};
  return target;
}

PartSource track_links(std::string_view html, const Links& links, std::span<const Addition> additions) {
  const HtmlMap map = map_html(html);
  const auto slots = placeholders(html);
  const auto cuts_placeholder = [&](std::size_t at) {
    const auto after =
        std::ranges::upper_bound(slots, at, {}, [](const auto& range) { return range.second; });
    return after != slots.end() && after->first < at;
  };
  PartSource source;
  std::size_t done = 0;
  const auto copy_to = [&](std::size_t end) {
    source.add(Template(html.substr(done, end - done)));
    done = end;
  };
  bool ended = false;
  const auto end_body = [&] {
    copy_to(map.body_end);
    source.add(additions);
    ended = true;
  };
  for (const HtmlLink& link : map.links) {
    const std::string_view written = html.substr(link.begin, link.end - link.begin);
    if (cuts_placeholder(link.begin) || cuts_placeholder(link.end)) continue;
    if (!may_be_followed(written, link.value, links)) continue;
    if (!ended && map.body_end <= link.begin) end_body();
    copy_to(link.begin);
    source.add_link(written, link.value);
    done = link.end;
  }
  if (!ended) end_body();
  copy_to(html.size());
  source.count_links();
  return source;
}

PartSource with_additions(std::string_view html, std::span<const Addition> additions) {
  const std::size_t end = additions.empty() ? html.size() : map_html(html).body_end;
  PartSource source{Template(html.substr(0, end))};
  source.add(additions);
  source.add(Template(html.substr(end)));
  return source;
}

Addition open_pixel() {
  return {R"(<img src=")",
          [](const Links& links, const accounts::MailId& mail) { return links.open_url(mail); },
          R"(" width="1" height="1" alt="" style="border:0">)"};
}

}  // namespace sesame::content
