#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "bounces/classifier.hpp"
#include "campaigns/mail_list.hpp"
#include "campaigns/recipient_check.hpp"
#include "cloudapi/call.hpp"
#include "cloudapi/description.hpp"
#include "messages/attempts.hpp"
#include "messages/waiting_reason.hpp"
#include "returns/evidence.hpp"
#include "webhooks/event_history.hpp"

/// How the API shows a mail and what became of it. Pure. Thread: any.
namespace sesame::actions {

/// A time as the API writes it; empty for 0.
std::string time_or_empty(std::int64_t ms);

/// The state of this name in the API; nullopt for any other text.
std::optional<webhooks::EventState> event_state_of(std::string_view name);

struct MailWords {
  const bounces::Classifier& classifier;
  const std::optional<messages::Standstill>& standstill;
  cloudapi::Language language;
};

/// The members of structure `Mail`.
boost::json::object encode_mail(const campaigns::ListedMail& mail, const MailWords& words);
/// The members of structure `MailAttempt`.
boost::json::object encode_attempt(const messages::KeptAttempt& attempt, const MailWords& words);
/// The members of structure `RecipientObstacle`.
boost::json::object encode_obstacle(const campaigns::Obstacle& obstacle,
                                    const bounces::Classifier& classifier);
/// The members of structure `ReturnedMail`.
boost::json::object encode_evidence(const returns::Evidence& mail);
/// The members of structure `WebhookEvent`.
boost::json::object encode_event(const webhooks::QueuedEvent& event);

}  // namespace sesame::actions
