#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "content/unsubscribe_texts.hpp"
#include "engagement/unsubscribing.hpp"

/// The pages that recipients see in the browser when they unsubscribe. Pure. Thread: any.
namespace sesame::engagement {

enum class UnsubscribeView : std::uint8_t {
  ask,      // Asks for confirmation, with a button.
  done,     // Unsubscribed, with a button to undo it (not after a complaint).
  again,    // Subscribed again.
  invalid,  // The link is unknown or expired.
  failed,   // Failed; the recipient should try again later.
};

/// Writes a complete document without scripts and external resources, usable by thumb, in dark mode and with
/// a screen reader. Most of the address is hidden, since the mail may have been forwarded. `subscription`:
/// null for views without a recipient.
std::string unsubscribe_page(const content::UnsubscribeTexts& texts, UnsubscribeView view,
                             const Subscription* subscription = nullptr);

/// The document's Content-Security-Policy (level 3): its own style and its form, nothing else.
const std::string& unsubscribe_page_policy();

/// Hides most of an address's local part.
std::string hinted_address(std::string_view address);

/// The fields of the page's buttons. Mail programs send the first one, too (RFC 8058 §3.2).
inline constexpr std::string_view kUnsubscribeField = "List-Unsubscribe";
inline constexpr std::string_view kUnsubscribeValue = "One-Click";
inline constexpr std::string_view kSubscribeField = "Subscribe";
inline constexpr std::string_view kSubscribeValue = "Again";

}  // namespace sesame::engagement
