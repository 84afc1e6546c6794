#pragma once

#include <optional>
#include <string>

#include "accounts/mail_id.hpp"
#include "effects/mail_effects.hpp"
#include "effects/sent_mail.hpp"
#include "storage/database.hpp"

/// What a recipient who holds the link of a mail may do with it. Plain functions for the inside of database
/// jobs.
namespace sesame::engagement {

/// How a recipient stands with the sender domain of a mail.
struct Subscription {
  enum class State : std::uint8_t { subscribed, unsubscribed, complained };

  std::string address;
  std::string sender_domain;
  State state = State::subscribed;
};

/// Nothing: the mail is not known (any more).
std::optional<Subscription> find_subscription(storage::Reader& reader, const accounts::MailId& mail);

/// Afterwards the recipient gets no more mail of the domain; the row of this mail says so. Repeating it
/// changes nothing.
void unsubscribe(storage::Writer& writer, const effects::MailEffects& effects, const accounts::MailId& mail,
                 std::int64_t now_ms);

/// The recipient gets mail of the domain again. A complaint stays: only the operator takes it back, since
/// whoever the mail was forwarded to holds the link too. The mark on the row of the mail stays as well.
/// Repeating it changes nothing.
void subscribe_again(storage::Writer& writer, const accounts::MailId& mail);

}  // namespace sesame::engagement
