#pragma once

#include <string>
#include <string_view>

/// The rules of links in mails. Accepts any bytes. Pure. Thread: any.
namespace sesame::content {

/// The host of an address with a scheme ("https://a.example/x": "a.example"), in lower case and without user,
/// port and brackets; empty when there is none.
std::string host_of(std::string_view url);

/// The name of the rule (findings.hpp) that the target breaks first; empty when it breaks none. A target that
/// begins with a placeholder is known at the earliest with its value, so it breaks none.
std::string_view broken_rule_of_link(std::string_view target);

/// Whether a link's text reads as the address of another host than the link leads to.
bool shows_another_host(std::string_view text, std::string_view target);

/// Whether the text has the word unsubscribe.
bool names_unsubscribing(std::string_view text);

}  // namespace sesame::content
