#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "content/findings.hpp"

/// The faults of an html text in the eyes of mail programs, filters and readers. Accepts any bytes. Pure.
/// Thread: any.
namespace sesame::content {

/// The place of a variable in html, as far as it matters.
enum class HtmlContext : std::uint8_t { content, link, style, attribute, comment };

/// A range of an html text that is not its content; ranges may overlap, the later one is the inner one.
struct HtmlSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  HtmlContext context = HtmlContext::content;
};

struct HtmlSurvey {
  std::vector<HtmlSpan> spans;  // In the order of the text.
  std::size_t images = 0;
  std::size_t links = 0;
  std::size_t visible_bytes = 0;     // The text that is shown, without blanks.
  bool names_unsubscribing = false;  // The target or the text of a link has the word.

  HtmlContext context_at(std::size_t at) const;
};

/// Reads the html and adds what breaks a rule of html, links, pictures and reading.
HtmlSurvey check_html(std::string_view html, Findings& findings);

}  // namespace sesame::content
