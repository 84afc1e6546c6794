#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sesame::bounces {

/// Why a mail was not delivered, or what came back instead. `hard` is for good and because of the recipient,
/// `soft` passes by itself, `policy` is about the sender, its server or the content: the address may be fine.
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

/// As in the rules and in all output: "hard_unknown_user".
std::string_view name_of(BounceClass bounce_class);
std::optional<BounceClass> bounce_class_of(std::string_view name);

/// What was made of one reply or of what a mail says about one recipient.
struct Classification {
  BounceClass bounce_class = BounceClass::other;
  std::string status;      // The enhanced code that decides (RFC 3463), "5.1.1"; may be empty.
  std::string reply_code;  // The SMTP reply code beside it, "550"; may be empty.
  std::string evidence;    // The words that decided: foreign text, UTF-8 without control characters, cut.
  std::string rule;        // The name of the rule; empty when none fitted.
  bool dead = false;       // The rule says that the address is of no more use.
};

/// The webhook's bounceType: hard or soft.
bool is_hard(BounceClass bounce_class);

/// Whether the address should not be mailed any more: it does not exist, its domain does not, or it moved,
/// and the refusal is final. In doubt no: an address that is wrongly taken for dead gets no mail for weeks,
/// one that is wrongly kept costs one more refusal. Policy, content, size, full and disabled mailboxes never
/// count.
bool suppresses(const Classification& classification);

}  // namespace sesame::bounces
