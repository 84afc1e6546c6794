#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "content/unsubscribe_texts.hpp"
#include "engagement/unsubscribing.hpp"

/// What recipients see in the browser when they unsubscribe. Pure; safe from any thread.
namespace sesame::engagement {

enum class UnsubscribeView : std::uint8_t {
  ask,      // Shall it be? With a button.
  done,     // It is so, with a way back (not after a complaint).
  again,    // The way back was taken.
  invalid,  // The link leads to nothing.
  failed,   // Not now.
};

/// A whole document without scripts and without anything from elsewhere: big enough for a thumb, readable in
/// the dark, told to a screen reader. Of the address as much is shown as its owner needs to know it: the mail
/// may have been forwarded. `subscription` none: for views that concern nobody.
std::string unsubscribe_page(const content::UnsubscribeTexts& texts, UnsubscribeView view,
                             const Subscription* subscription = nullptr);

/// What a browser may do with the document: apply its own style and send its form, nothing else
/// (Content-Security-Policy, level 3).
const std::string& unsubscribe_page_policy();

/// An address with most of its local part hidden.
std::string hinted_address(std::string_view address);

/// What a form says: the fields of the page's buttons. The first is the one that mail programs send, too
/// (RFC 8058 §3.2).
inline constexpr std::string_view kUnsubscribeField = "List-Unsubscribe";
inline constexpr std::string_view kUnsubscribeValue = "One-Click";
inline constexpr std::string_view kSubscribeField = "Subscribe";
inline constexpr std::string_view kSubscribeValue = "Again";

}  // namespace sesame::engagement
