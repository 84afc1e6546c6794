#include "engagement/unsubscribing.hpp"

#include <span>

#include "audience/unsubscribes.hpp"

namespace sesame::engagement {

namespace {

Subscription::State state_of(std::optional<audience::UnsubscribeReason> reason) {
  if (!reason) return Subscription::State::subscribed;
  return *reason == audience::UnsubscribeReason::complained ? Subscription::State::complained
                                                            : Subscription::State::unsubscribed;
}

}  // namespace

std::optional<Subscription> find_subscription(storage::Reader& reader, const accounts::MailId& mail) {
  const std::optional<effects::SentMail> known = effects::find_sent_mail(reader, mail);
  if (!known) return std::nullopt;
  const auto reason =
      audience::find_unsubscribe(reader, known->scope, known->sender_domain, known->to_address);
  return Subscription{known->to_address, known->sender_domain, state_of(reason)};
}

void unsubscribe(storage::Writer& writer, const effects::MailEffects& effects, const accounts::MailId& mail,
                 std::int64_t now_ms) {
  effects::MailEvent event;
  event.kind = effects::EventKind::unsubscribe;
  event.mail = mail;
  event.happened_ms = now_ms;
  effects.apply(writer, std::span(&event, 1));
}

void subscribe_again(storage::Writer& writer, const accounts::MailId& mail) {
  const std::optional<effects::SentMail> known = effects::find_sent_mail(writer, mail);
  if (!known) return;
  const auto reason =
      audience::find_unsubscribe(writer, known->scope, known->sender_domain, known->to_address);
  if (reason != audience::UnsubscribeReason::unsubscribed) return;
  audience::remove_unsubscribes(writer, known->scope, known->sender_domain, std::span(&known->to_address, 1));
}

}  // namespace sesame::engagement
