#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sesame::content {

/// SES: SendEmail.Unsubscribe and its relatives, as the documents for mainland China number them: 0 nothing,
/// 1 Simplified Chinese, 2 English, ... (docs/decisions/0023-unsubscribing.md).
using UnsubscribeOption = std::uint8_t;
inline constexpr UnsubscribeOption kUnsubscribeOptionsEnd = 13;

/// The documents for other countries say 1 for English and 2 for Simplified Chinese.
enum class UnsubscribeNumbering : std::uint8_t { domestic, international };

/// From one numbering to the other, in either direction.
constexpr UnsubscribeOption renumbered(UnsubscribeOption option, UnsubscribeNumbering numbering) {
  const bool swapped = numbering == UnsubscribeNumbering::international && (option == 1 || option == 2);
  return swapped ? static_cast<UnsubscribeOption>(3 - option) : option;
}

/// What recipients read in one language when they unsubscribe. `{domain}` and `{address}` stand for the
/// sender domain and the recipient. All texts are plain: whoever puts them into html escapes them.
struct UnsubscribeTexts {
  std::string_view tag;        // RFC 5646.
  std::string_view direction;  // As html says it.
  // Below each mail: a question, and the link.
  std::string_view footer;
  std::string_view link;
  // The page: what is asked before,
  std::string_view title;
  std::string_view ask;
  std::string_view ask_detail;
  std::string_view button;
  // what is so afterwards,
  std::string_view done;
  std::string_view done_detail;
  std::string_view slip;
  std::string_view again_button;
  std::string_view again;
  std::string_view again_detail;
  // and when it can't be done.
  std::string_view invalid;
  std::string_view invalid_detail;
  std::string_view failed;
  std::string_view failed_detail;
};

/// The texts of an option; none for 0 and for what is no option.
const UnsubscribeTexts* unsubscribe_texts(UnsubscribeOption option);

/// The option that a number in decimal, without leading zeros, names ("0" to "12"). Takes any bytes.
std::optional<UnsubscribeOption> parse_unsubscribe_option(std::string_view number);

}  // namespace sesame::content
