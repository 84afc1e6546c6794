#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sesame::content {

/// SES: SendEmail.Unsubscribe and its relatives, as the documents for mainland China number them: 0 no offer,
/// 1 Simplified Chinese, 2 English, ... (docs/decisions/0023-unsubscribing.md).
using UnsubscribeOption = std::uint8_t;
inline constexpr UnsubscribeOption kUnsubscribeOptionsEnd = 13;

/// The documents for other countries say 1 for English and 2 for Simplified Chinese.
enum class UnsubscribeNumbering : std::uint8_t { domestic, international };

/// Converts from one numbering to the other, in either direction.
constexpr UnsubscribeOption renumbered(UnsubscribeOption option, UnsubscribeNumbering numbering) {
  const bool swapped = numbering == UnsubscribeNumbering::international && (option == 1 || option == 2);
  return swapped ? static_cast<UnsubscribeOption>(3 - option) : option;
}

/// The texts in one language that recipients read when they unsubscribe. `{domain}` and `{address}` stand for
/// the sender domain and the recipient. All texts are plain: code that puts them into html escapes them.
struct UnsubscribeTexts {
  std::string_view tag;        // RFC 5646.
  std::string_view direction;  // The value of the attribute `dir`.
  // The footer of each mail: a question, and the link.
  std::string_view footer;
  std::string_view link;
  // The page before unsubscribing.
  std::string_view title;
  std::string_view ask;
  std::string_view ask_detail;
  std::string_view button;
  // The page afterwards.
  std::string_view done;
  std::string_view done_detail;
  std::string_view slip;
  std::string_view again_button;
  std::string_view again;
  std::string_view again_detail;
  // The page when the link is invalid, or the database fails.
  std::string_view invalid;
  std::string_view invalid_detail;
  std::string_view failed;
  std::string_view failed_detail;
};

/// The texts of an option; nullptr for 0 and for an unknown option.
const UnsubscribeTexts* unsubscribe_texts(UnsubscribeOption option);

/// The option that a decimal number without leading zeros names ("0" to "12"). Accepts any bytes.
std::optional<UnsubscribeOption> parse_unsubscribe_option(std::string_view number);

}  // namespace sesame::content
