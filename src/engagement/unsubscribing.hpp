#pragma once

#include <optional>
#include <string>

#include "accounts/mail_id.hpp"
#include "effects/mail_effects.hpp"
#include "effects/sent_mail.hpp"
#include "storage/database.hpp"

/// Unsubscribing and subscribing again by the link of a mail. Plain functions inside database jobs.
namespace sesame::engagement {

/// A recipient's subscription to the mail of a sender domain.
struct Subscription {
  enum class State : std::uint8_t { subscribed, unsubscribed, complained };

  std::string address;
  std::string sender_domain;
  State state = State::subscribed;
};

/// Finds the subscription of a mail's recipient. nullopt when the mail is unknown or expired. Job: read.
std::optional<Subscription> find_subscription(storage::Reader& reader, const accounts::MailId& mail);

/// Unsubscribes the mail's recipient from the sender domain and marks the mail's row. Repeating it changes
/// nothing. Job: write.
void unsubscribe(storage::Writer& writer, const effects::MailEffects& effects, const accounts::MailId& mail,
                 std::int64_t now_ms);

/// Subscribes the mail's recipient to the sender domain again; the mark of the mail's row stays. A complaint
/// stays, too: everybody to whom the mail was forwarded has the link, so only the operator withdraws it.
/// Repeating it changes nothing. Job: write.
void subscribe_again(storage::Writer& writer, const accounts::MailId& mail);

}  // namespace sesame::engagement
