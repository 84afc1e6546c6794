#pragma once

#include <string>
#include <string_view>

namespace sesame::commands {

/// The words of an html text for a person at a terminal: a line a paragraph, row or list item, the targets of
/// links behind their words, images by their `alt`. Styles, scripts, comments and the title are left out.
/// Accepts any bytes; takes time and memory that grow with the size of the text. Pure. Thread: any.
std::string text_of_html(std::string_view html);

}  // namespace sesame::commands
