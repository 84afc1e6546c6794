#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bounces/meaning.hpp"

namespace sesame::bounces {

/// Why a mail was not delivered, or the kind of mail that came back. `hard` is permanent and caused by the
/// recipient, `soft` is temporary, `policy` is about the sender, its server or the content: the address may
/// be fine.
enum class BounceClass : std::uint8_t {
  hard_unknown_user,
  hard_unknown_domain,  // No such host, no mail exchanger, takes no mail.
  hard_other,           // Disabled, moved, takes no mail from us.
  soft_mailbox_full,
  soft_temporary,  // Network, time-outs, errors of a system.
  soft_too_big,
  policy_spam,  // Content, viruses, block lists, reputation, sender refused.
  policy_auth,  // SPF, DKIM, DMARC, TLS, reverse DNS, log-in, relaying.
  policy_rate,
  complaint,   // A reader's report of an unwanted mail (RFC 5965).
  auto_reply,  // RFC 3834.
  other,
};

/// The name in rules and in all output: "hard_unknown_user".
std::string_view name_of(BounceClass bounce_class);
/// The class in words, a sentence fragment about a mail: "the mailbox does not exist". Empty for `other`.
std::string_view explain(BounceClass bounce_class);
std::optional<BounceClass> bounce_class_of(std::string_view name);
/// All names, with commas between: for error texts.
std::string bounce_class_names();

/// The meaning of one reply, or of a mail for one recipient.
struct Classification {
  BounceClass bounce_class = BounceClass::other;
  std::string status;      // The enhanced code that decides (RFC 3463), "5.1.1"; may be empty.
  std::string reply_code;  // The SMTP reply code beside it, "550"; may be empty.
  std::string evidence;    // The deciding words: foreign text, UTF-8 without control characters, cut.
  std::string rule;        // The name of the rule; empty when no rule matched.
  RuleMeaning meaning;     // The rule's, for delivery.
  bool dead = false;       // The rule says that the address is permanently unusable.
};

/// Whether the class is hard: the webhook's bounceType.
bool is_hard(BounceClass bounce_class);

/// Whether the address should no longer be mailed: the refusal is final, and the address or its domain does
/// not exist, or the address moved. In doubt false: a suppressed live address gets no mail for weeks, a dead
/// one that is mailed costs one more refusal. Policy, content, size, full and disabled mailboxes never count.
bool suppresses(const Classification& classification);

}  // namespace sesame::bounces
