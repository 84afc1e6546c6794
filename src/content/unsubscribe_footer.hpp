#pragma once

#include <string>
#include <string_view>

#include "content/unsubscribe_texts.hpp"

/// What stands below a mail that offers to unsubscribe: a question and the link, in the language of its
/// option. Pure; safe from any thread.
namespace sesame::content {

/// The placeholder of the link, which each letter has its own of.
inline constexpr std::string_view kUnsubscribeVariable = "sesame.unsubscribe";

/// The html with the footer at the end of its body. Every other byte stays what it was.
std::string with_html_footer(std::string_view html, const UnsubscribeTexts& texts);

/// The plain text with the footer at its end.
std::string with_text_footer(std::string_view text, const UnsubscribeTexts& texts);

}  // namespace sesame::content
