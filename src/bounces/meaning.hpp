#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sesame::bounces {

/// The meaning of a server's reply for the delivery of this mail and of those behind it. A `BounceClass` says
/// why one mail failed; a signal says what to do.
enum class Signal : std::uint8_t {
  accepted,
  session_limit,     // This connection has had its share of mails.
  connection_limit,  // Too many connections at a time.
  rate,              // Too much, too fast.
  blocked,           // The sending server is refused until somebody acts, or time passes.
  auth,              // SPF, DKIM, DMARC, reverse DNS, TLS, log-in: how the mail proves where it comes from.
  content,           // The mail itself, or its sender's name, is refused.
  greylisted,        // Come back with the same sender, from the same address.
  mailbox_full,
  too_big,
  server_error,  // A fault, a restart, an overload of the receiving server.
  unknown_user,  // No such mailbox, or no such domain.
  moved,
  recipient_refuses,  // The mailbox is disabled, closed, or takes no such mail.
  protocol,           // The server did not understand what it was sent.
  uncertain,          // The mail was sent to its end and not confirmed.
  other,
};

/// The part of the traffic that a signal is about: the mails that should change their pace.
enum class Scope : std::uint8_t {
  message,
  recipient,
  sender_domain,
  account,
  path,      // Between one address of ours and one receiving site.
  provider,  // All sites of a provider.
};

/// One pause of a hold.
struct HoldStep {
  std::chrono::seconds time{0};
  bool until_day_begins = false;  // To the provider's next day, by its own clock, in place of `time`.
  bool operator==(const HoldStep&) const = default;
};

/// For how long nothing more is sent of what a reply is about (its scope): the first step, and the next one
/// when the reply comes again within `memory` of the last one. The last step repeats.
struct Hold {
  std::vector<HoldStep> steps;  // Empty: no hold.
  std::chrono::seconds memory{86400};
  bool operator==(const Hold&) const = default;
};

/// The bounds of a hold in a rule.
inline constexpr std::chrono::seconds kHoldStepMax{std::chrono::hours(24)};
inline constexpr std::chrono::seconds kHoldMemoryMax{std::chrono::hours(7 * 24)};
inline constexpr std::size_t kHoldStepsMax = 10;

/// A step as rules write it: "10m" or "day_begins". nullopt for any other text, and for more than
/// kHoldStepMax.
std::optional<HoldStep> hold_step_of(std::string_view text);
/// "10m, 1h, day_begins"; "" when there is no step.
std::string text_of(const Hold& hold);

/// The names in rules and in output: "connection_limit", "sender_domain".
std::string_view name_of(Signal signal);
std::string_view name_of(Scope scope);
std::optional<Signal> signal_of(std::string_view name);
std::optional<Scope> scope_of(std::string_view name);
/// Whether a rule may name the signal: `accepted` and `uncertain` are facts of the dialogue, not of words.
bool is_for_rules(Signal signal);
/// The values of `means` and `scope` in rules, with commas between: for error texts.
std::string signals_for_rules();
std::string scopes_for_rules();

/// Whether the mail is wanted later, whatever the code says: the reply is about pace or about the sending
/// server, so the mail is to be tried again even after a final reply (5xx).
bool is_wanted_later(Signal signal);

/// The scope of a signal where no rule names another.
Scope usual_scope(Signal signal);

/// The part of a rule that says what its replies mean for delivery.
struct RuleMeaning {
  std::optional<Signal> signal;
  std::optional<Scope> scope;
  Hold hold;
  bool names_command = false;  // With a signal, the rule says what a reply to its commands means.
};

}  // namespace sesame::bounces
