#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "accounts/accounts.hpp"
#include "accounts/keyring.hpp"
#include "accounts/secret_box.hpp"
#include "accounts/session_tokens.hpp"
#include "actions/mail_fields.hpp"
#include "audience/custom_blocks.hpp"
#include "audience/group_options.hpp"
#include "audience/hard_bounces.hpp"
#include "audience/merger.hpp"
#include "audience/uploads.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/setting.hpp"
#include "bounces/classifier.hpp"
#include "campaigns/send_intake.hpp"
#include "cloudapi/action.hpp"
#include "content/templates.hpp"
#include "content/unsubscribe_texts.hpp"
#include "senders/addresses.hpp"
#include "senders/domain_list.hpp"
#include "senders/domains.hpp"
#include "senders/look_up.hpp"
#include "senders/tracking.hpp"
#include "storage/database.hpp"
#include "webhooks/directory.hpp"

/// The actions of the API, one file a family. An action decodes its parameters, calls the domain inside a
/// database job and encodes the answer; it decides nothing itself.
namespace sesame::actions {

inline constexpr const char* kSesVersion = "2020-10-02";
inline constexpr const char* kOwnVersion = "2026-12-01";

struct StatusOptions {
  std::int64_t days = 30;  // How far back GetSendEmailStatus looks.

  void visit(SettingVisitor& settings) {
    settings.number("limits.status_days", days, {1, 3650}, "days that GetSendEmailStatus looks back");
  }
};

/// What the actions stand on. All of it outlives the table they are in.
struct Rooms {
  const accounts::SecretBox& secrets;
  accounts::Keyring& keyring;
  const accounts::SessionTokens& tokens;
  audience::Uploads& uploads;
  audience::Merger& merger;
  Random& random;
  const campaigns::SendIntake& send_intake;
  webhooks::WebhookDirectory& webhooks;
  const bounces::Classifier& classifier;
  storage::Database& database;          // For preparing heavy calls, which may wait for it.
  std::function<void()> wake_delivery;  // New mail or a new run is on disk. Any thread, quick.
  accounts::AccountOptions account_options;
  audience::GroupOptions group_options;
  senders::DomainOptions domains;
  senders::DomainLookUps* look_ups = nullptr;  // Verification by DNS only.
  senders::AddressOptions addresses;
  senders::Reputation reputation;
  senders::Tracking tracking;  // Where neither sender nor account say otherwise.
  content::TemplateOptions templates;
  audience::SuppressionRules suppression;
  audience::CustomBlockOptions block_options;
  StatusOptions status_options;
  ContentRules content_rules;
};

void add_group_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_upload_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_domain_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_sender_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_unsubscribe_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_unsubscribe_list_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_tracking_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_template_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_send_email_action(cloudapi::ActionTable& table, const Rooms& rooms);
void add_task_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_status_action(cloudapi::ActionTable& table, const Rooms& rooms);
void add_suppression_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_statistics_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_returned_mail_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_inbox_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_account_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_webhook_actions(cloudapi::ActionTable& table, const Rooms& rooms);
void add_classify_action(cloudapi::ActionTable& table, const Rooms& rooms);
void add_credential_actions(cloudapi::ActionTable& table, const Rooms& rooms);

/// All of them.
void add_actions(cloudapi::ActionTable& table, const Rooms& rooms);

}  // namespace sesame::actions
