#include "bounces/meaning.hpp"

#include <array>
#include <cstddef>

#include "base/duration_text.hpp"

namespace sesame::bounces {
namespace {

constexpr std::array<std::string_view, 17> kSignalNames{
    "accepted", "session_limit",     "connection_limit", "rate",      "blocked",      "auth",
    "content",  "greylisted",        "mailbox_full",     "too_big",   "server_error", "unknown_user",
    "moved",    "recipient_refuses", "protocol",         "uncertain", "other"};
static_assert(kSignalNames.size() == static_cast<std::size_t>(Signal::other) + 1);
constexpr std::array<std::string_view, 6> kScopeNames{"message", "recipient", "sender_domain",
                                                      "account", "path",      "provider"};
static_assert(kScopeNames.size() == static_cast<std::size_t>(Scope::provider) + 1);
constexpr std::string_view kDayBegins = "day_begins";

template <class Enum, std::size_t kCount>
std::optional<Enum> find_name(const std::array<std::string_view, kCount>& names, std::string_view name) {
  for (std::size_t index = 0; index < kCount; ++index) {
    if (names[index] == name) return static_cast<Enum>(index);
  }
  return std::nullopt;
}

/// The names but for those that `fits` refuses.
template <std::size_t kCount>
std::string list_of(const std::array<std::string_view, kCount>& names, bool (*fits)(std::size_t)) {
  std::string list;
  for (std::size_t index = 0; index < kCount; ++index) {
    if (!fits(index)) continue;
    if (!list.empty()) list += ", ";
    list += names[index];
  }
  return list;
}

bool any(std::size_t) { return true; }

}  // namespace

bool is_for_rules(Signal signal) { return signal != Signal::accepted && signal != Signal::uncertain; }
std::string signals_for_rules() {
  return list_of(kSignalNames, [](std::size_t index) { return is_for_rules(static_cast<Signal>(index)); });
}
std::string scopes_for_rules() { return list_of(kScopeNames, any); }

std::string_view name_of(Signal signal) { return kSignalNames.at(static_cast<std::size_t>(signal)); }
std::string_view name_of(Scope scope) { return kScopeNames.at(static_cast<std::size_t>(scope)); }
std::optional<Signal> signal_of(std::string_view name) { return find_name<Signal>(kSignalNames, name); }
std::optional<Scope> scope_of(std::string_view name) { return find_name<Scope>(kScopeNames, name); }

std::optional<HoldStep> hold_step_of(std::string_view text) {
  if (text == kDayBegins) return HoldStep{.until_day_begins = true};
  const std::optional<std::chrono::seconds> time = parse_duration(text);
  if (!time || *time > kHoldStepMax) return std::nullopt;
  return HoldStep{.time = *time};
}

std::string text_of(const Hold& hold) {
  std::string text;
  for (const HoldStep& step : hold.steps) {
    if (!text.empty()) text += ", ";
    text += step.until_day_begins ? std::string(kDayBegins) : to_text(step.time);
  }
  return text;
}

bool is_wanted_later(Signal signal) {
  return signal == Signal::session_limit || signal == Signal::connection_limit || signal == Signal::rate ||
         signal == Signal::blocked;
}

Scope usual_scope(Signal signal) {
  switch (signal) {
    case Signal::session_limit:
    case Signal::connection_limit:
    case Signal::rate:
    case Signal::blocked:
      return Scope::path;
    case Signal::auth:
      return Scope::sender_domain;
    case Signal::mailbox_full:
    case Signal::unknown_user:
    case Signal::moved:
    case Signal::recipient_refuses:
      return Scope::recipient;
    case Signal::accepted:
    case Signal::content:
    case Signal::greylisted:
    case Signal::too_big:
    case Signal::server_error:
    case Signal::protocol:
    case Signal::uncertain:
    case Signal::other:
      break;
  }
  return Scope::message;
}

}  // namespace sesame::bounces
