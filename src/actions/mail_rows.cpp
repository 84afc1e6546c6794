#include "actions/mail_rows.hpp"

#include <array>

#include "base/beijing_time.hpp"
#include "campaigns/recipient_reason.hpp"
#include "webhooks/webhooks.hpp"

namespace sesame::actions {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 3> kStates{"waiting", "accepted", "given_up"};
constexpr std::array<std::string_view, 4> kResults{"delivered", "deferred", "refused", "uncertain"};

const char* name_of(returns::ReturnEffect effect) {
  switch (effect) {
    case returns::ReturnEffect::none:
      return "none";
    case returns::ReturnEffect::bounced:
      return "bounced";
    case returns::ReturnEffect::suppressed:
      return "suppressed";
    case returns::ReturnEffect::complained:
      return "complained";
  }
  return "none";
}

}  // namespace

std::string time_or_empty(std::int64_t ms) { return ms == 0 ? std::string() : format_beijing_time(ms); }

std::optional<webhooks::EventState> event_state_of(std::string_view name) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (name == kStates[i]) return static_cast<webhooks::EventState>(i);
  }
  return std::nullopt;
}

json::object encode_mail(const campaigns::ListedMail& mail, const MailWords& words) {
  // A row knows nothing of its task's state: what waits in it waits for its turn, or for the whole delivery.
  const campaigns::RecipientReason reason = campaigns::reason_of(
      words.classifier, campaigns::Task(), words.standstill, mail.state(), mail.text, "");
  return {{"MessageId", mail.message_id},
          {"ToEmailAddress", mail.to_address},
          {"FromEmailAddress", mail.from_address},
          {"Subject", mail.subject},
          {"TaskId", mail.task_id},
          {"TemplateID", mail.template_id},
          {"RequestTime", format_beijing_time(mail.requested_ms)},
          {"State", campaigns::name_of(mail.state())},
          {"SendStatus", mail.send_status},
          {"DeliverStatus", static_cast<unsigned>(mail.status)},
          {"Reason", cloudapi::phrase_in(words.language, reason.words)},
          {"Reply", reason.reply},
          {"Class", reason.bounce_class ? bounces::name_of(*reason.bounce_class) : ""},
          {"Attempts", mail.attempts},
          {"FirstAttemptTime", time_or_empty(mail.first_attempt_ms)},
          {"NextAttemptTime", time_or_empty(mail.next_attempt_ms.value_or(0))},
          {"DeliverTime", time_or_empty(mail.delivered_ms)},
          {"UserOpened", mail.opened},
          {"UserClicked", mail.clicked},
          {"UserUnsubscribed", mail.unsubscribed},
          {"UserComplained", mail.complained}};
}

json::object encode_attempt(const messages::KeptAttempt& attempt, const MailWords& words) {
  const bool delivered = attempt.result == messages::AttemptResult::delivered;
  bounces::Classification reply;
  std::string_view why;
  if (!delivered && attempt.code != 0) {
    reply = words.classifier.classify_reply(attempt.text);
    why = bounces::explain(reply.bounce_class);
  }
  return {{"Number", attempt.number},
          {"Time", time_or_empty(attempt.at_ms)},
          {"DurationMs", attempt.ms ? json::value(*attempt.ms) : json::value()},
          {"Host", attempt.host},
          {"Tls", smtp::tls_name(attempt.tls)},
          {"Stage", smtp::stage_name(attempt.stage)},
          {"Result", kResults[static_cast<std::size_t>(attempt.result)]},
          {"ReplyCode", attempt.code},
          {"Reply", attempt.text},
          {"Reason", cloudapi::phrase_in(words.language, why)},
          {"Status", reply.status},
          {"Class", why.empty() ? std::string_view() : bounces::name_of(reply.bounce_class)},
          {"Rule", reply.rule}};
}

json::object encode_obstacle(const campaigns::Obstacle& obstacle, const bounces::Classifier& classifier) {
  bounces::Classification reply;
  if (!obstacle.reply.empty()) reply = classifier.classify_reply(obstacle.reply);
  return {{"List", campaigns::name_of(obstacle.list)},
          {"SenderDomain", obstacle.sender_domain},
          {"Since", time_or_empty(obstacle.since_ms)},
          {"Until", time_or_empty(obstacle.until_ms.value_or(0))},
          {"Reply", obstacle.reply},
          {"Class", obstacle.reply.empty() ? "" : bounces::name_of(reply.bounce_class)},
          {"Rule", reply.rule},
          {"Simulated", obstacle.simulated}};
}

json::object encode_evidence(const returns::Evidence& mail) {
  return {{"ReturnedMailId", mail.id},
          {"ReceivedTime", format_beijing_time(mail.received_ms)},
          {"MessageId", mail.message_id},
          {"ToEmailAddress", mail.to_address},
          {"ReportedAddress", mail.reported_address},
          {"Class", mail.bounce_class},
          {"Status", mail.status},
          {"ReplyCode", mail.reply_code},
          {"Reason", mail.reason},
          {"Effect", name_of(mail.effect)},
          {"From", mail.envelope_from},
          {"To", mail.envelope_to},
          {"PeerAddress", mail.peer_address},
          {"Bytes", mail.size_bytes}};
}

json::object encode_event(const webhooks::QueuedEvent& event) {
  return {{"EventId", event.id},
          {"Event", webhooks::name_of(event.kind)},
          {"State", kStates[static_cast<std::size_t>(event.state)]},
          {"Attempts", event.attempts},
          {"QueueTime", format_beijing_time(event.queued_ms)},
          {"NextAttemptTime", event.state == webhooks::EventState::waiting
                                  ? format_beijing_time(event.next_attempt_ms)
                                  : std::string()},
          {"Answer", event.answer},
          {"Body", event.body}};
}

}  // namespace sesame::actions
