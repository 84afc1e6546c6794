#pragma once

#include <string>
#include <string_view>

#include "content/unsubscribe_texts.hpp"

/// The footer of a mail that offers to unsubscribe: a question and the link, in the language of its option.
/// Pure. Thread: any.
namespace sesame::content {

/// The placeholder of the link, which differs in each letter.
inline constexpr std::string_view kUnsubscribeVariable = "sesame.unsubscribe";

/// The html with the footer at the end of its body. Every other byte stays unchanged.
std::string with_html_footer(std::string_view html, const UnsubscribeTexts& texts);

/// The plain text with the footer at its end.
std::string with_text_footer(std::string_view text, const UnsubscribeTexts& texts);

}  // namespace sesame::content
