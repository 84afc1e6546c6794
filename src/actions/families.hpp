#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

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
#include "base/host_port.hpp"
#include "base/random.hpp"
#include "base/setting.hpp"
#include "bounces/classifier.hpp"
#include "campaigns/daily_quota.hpp"
#include "campaigns/dry_run_jobs.hpp"
#include "campaigns/mail_filter.hpp"
#include "campaigns/passed_over.hpp"
#include "campaigns/send_intake.hpp"
#include "cloudapi/action.hpp"
#include "cloudapi/call_log.hpp"
#include "content/links.hpp"
#include "content/templates.hpp"
#include "content/unsubscribe_texts.hpp"
#include "delivery/chaos.hpp"
#include "delivery/direct_outlet.hpp"
#include "delivery/mode.hpp"
#include "delivery/port_check.hpp"
#include "effects/event.hpp"
#include "effects/mail_effects.hpp"
#include "messages/waiting_reason.hpp"
#include "senders/addresses.hpp"
#include "senders/domain_check.hpp"
#include "senders/domain_list.hpp"
#include "senders/domains.hpp"
#include "senders/look_up.hpp"
#include "senders/sandbox_marks.hpp"
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

// The families, each with the parts that it uses. References outlive the table; options are copied.

struct AccountParts {
  Random& random;
  accounts::AccountOptions options;
};
void add_account_actions(cloudapi::ActionTable& table, const AccountParts& parts);

/// An address at which programs submit mail by SMTP.
struct SubmissionAddress {
  HostPort at;
  bool implicit_tls = false;  // TLS from the first byte only; else STARTTLS too.
  bool operator==(const SubmissionAddress&) const = default;
};

struct LimitParts {
  audience::GroupOptions groups;
  std::uint32_t requests_per_second = 0;
  std::vector<SubmissionAddress> submission;  // Empty: mail is not submitted by SMTP.
};
void add_limit_actions(cloudapi::ActionTable& table, const LimitParts& parts);

struct CredentialParts {
  const accounts::SecretBox& secrets;
  accounts::Keyring& keyring;
  const accounts::SessionTokens& tokens;
  Random& random;
  accounts::AccountOptions options;
};
void add_credential_actions(cloudapi::ActionTable& table, const CredentialParts& parts);

struct UserParts {
  Random& random;
};
/// The people of the web console.
void add_user_actions(cloudapi::ActionTable& table, const UserParts& parts);

/// The audit log.
void add_audit_action(cloudapi::ActionTable& table);

struct GroupParts {
  audience::Merger& merger;
  audience::GroupOptions options;
};
void add_group_actions(cloudapi::ActionTable& table, const GroupParts& parts);

struct UploadParts {
  audience::Uploads& uploads;
  audience::Merger& merger;
};
void add_upload_actions(cloudapi::ActionTable& table, const UploadParts& parts);

struct ImportParts {
  storage::Database& database;  // For preparing heavy calls, which may wait for it.
  audience::Uploads& uploads;
  audience::Merger& merger;
  audience::GroupOptions options;
};
void add_import_actions(cloudapi::ActionTable& table, const ImportParts& parts);

struct SuppressionParts {
  audience::SuppressionRules rules;
  audience::CustomBlockOptions blocks;
};
void add_suppression_actions(cloudapi::ActionTable& table, const SuppressionParts& parts);
void add_unsubscribe_list_actions(cloudapi::ActionTable& table, const senders::DomainOptions& options);

struct RecipientCheckParts {
  const campaigns::MailFilters& filters;  // Those that judge every mail.
  const bounces::Classifier& classifier;
  audience::SuppressionRules suppression;
  const senders::SandboxMarks& marks;
};
void add_recipient_check_action(cloudapi::ActionTable& table, const RecipientCheckParts& parts);

struct DomainParts {
  storage::Database& database;  // For preparing heavy calls, which may wait for it.
  const accounts::SecretBox& secrets;
  senders::DomainLookUps* look_ups;  // Null unless the options verify by DNS.
  senders::DomainOptions options;
  senders::Reputation reputation;
  senders::SandboxMarks* marks = nullptr;  // A deleted domain's goes with it.
};
/// Throws std::invalid_argument when the options verify by DNS and there are no look-ups.
void add_domain_actions(cloudapi::ActionTable& table, const DomainParts& parts);

struct SenderParts {
  storage::Database& database;  // For preparing heavy calls, which may wait for it.
  senders::AddressOptions options;
};
void add_sender_actions(cloudapi::ActionTable& table, const SenderParts& parts);
void add_unsubscribe_actions(cloudapi::ActionTable& table, const ContentRules& rules);
struct TrackingParts {
  senders::Tracking server;     // Where neither sender nor account say otherwise.
  bool links_possible = false;  // Whether readers can reach the server (`public_url`).
};
void add_tracking_actions(cloudapi::ActionTable& table, const TrackingParts& parts);
void add_template_actions(cloudapi::ActionTable& table, const content::TemplateOptions& options);

struct TemplateCheckParts {
  const content::Links& links;  // Those that mails carry.
  content::TemplateOptions options;
  ContentRules rules;
};
void add_template_check_actions(cloudapi::ActionTable& table, const TemplateCheckParts& parts);

struct SendParts {
  const campaigns::SendIntake& intake;
  ContentRules rules;
  std::function<void()> wake_delivery;  // New mail is on disk. Thread: any; quick.
};
void add_send_email_action(cloudapi::ActionTable& table, const SendParts& parts);

struct TaskParts {
  Random& random;
  ContentRules rules;
  senders::Tracking tracking;           // Where neither sender nor account say otherwise.
  std::function<void()> wake_delivery;  // A new run is on disk. Thread: any; quick.
  /// The reason that keeps the whole delivery from mailing, if there is one. Thread: any; quick.
  std::function<std::optional<messages::Standstill>()> standstill;
  /// The recipients who were passed over, never null. Thread: any; quick.
  std::function<std::shared_ptr<const campaigns::PassedOverRuns>()> passed_over;
};
void add_task_actions(cloudapi::ActionTable& table, const TaskParts& parts);

struct TaskCheckParts {
  campaigns::DryRunJobs& jobs;
  const accounts::Keyring& keyring;
  const campaigns::MailFilters& filters;  // Those that judge every mail.
  const content::Links& links;            // Those that mails carry.
  campaigns::DailyQuota quota;
  ContentRules rules;
  senders::Tracking tracking;                                       // That of TaskParts.
  std::function<std::optional<messages::Standstill>()> standstill;  // The one of TaskParts.
};
void add_task_check_action(cloudapi::ActionTable& table, const TaskCheckParts& parts);

struct TaskRecipientParts {
  const bounces::Classifier& classifier;                            // It says what servers' replies mean.
  std::function<std::optional<messages::Standstill>()> standstill;  // The one of TaskParts.
};
void add_task_recipients_action(cloudapi::ActionTable& table, const TaskRecipientParts& parts);

struct MailParts {
  const bounces::Classifier& classifier;  // It says what servers' replies mean.
  const campaigns::MailFilters& filters;  // Those that judge every mail.
  audience::SuppressionRules suppression;
  std::function<std::optional<messages::Standstill>()> standstill;  // The one of TaskParts.
};
void add_mail_actions(cloudapi::ActionTable& table, const MailParts& parts);

/// Waiting mail, and what operators do about it.
struct QueueParts {
  std::function<void()> wake_delivery;       // The one of TaskParts.
  delivery::DirectOutlet* outlet = nullptr;  // Null unless mail goes to receiving servers (mode direct).
};
void add_queue_actions(cloudapi::ActionTable& table);
void add_pause_actions(cloudapi::ActionTable& table, const QueueParts& parts);
void add_sweep_actions(cloudapi::ActionTable& table, const QueueParts& parts);

/// The end of a reload of the delivery rules.
struct RuleReload {
  bool in_force = false;            // The new rules are.
  std::vector<std::string> faults;  // All, for people; empty when there is none.
};

/// Sites of receiving servers and holds of paths.
struct SiteParts {
  delivery::DirectOutlet* outlet = nullptr;  // Null unless mail goes to receiving servers (mode direct).
  std::function<void()> wake_delivery;       // The one of TaskParts.
  /// Reads the rules of mode direct again, and puts them in force unless they have a fault; waits for files.
  /// Thread: any, but for a loop's.
  std::function<RuleReload()> reload_rules;
};
void add_site_actions(cloudapi::ActionTable& table, const SiteParts& parts);
void add_hold_actions(cloudapi::ActionTable& table, const SiteParts& parts);
void add_rule_actions(cloudapi::ActionTable& table, const SiteParts& parts);
void add_destination_action(cloudapi::ActionTable& table, const SiteParts& parts);

struct SimulateParts {
  storage::Database& database;
  const effects::MailEffects& effects;
  effects::EventOutlet& outlet;
  const bounces::Classifier& classifier;
};
void add_simulate_action(cloudapi::ActionTable& table, const SimulateParts& parts);

struct IdentityParts {
  senders::DomainChecks& checks;
  senders::DomainOptions options;
  senders::SandboxMarks& marks;
};
void add_identity_actions(cloudapi::ActionTable& table, const IdentityParts& parts);

struct ChaosParts {
  delivery::Chaos* chaos = nullptr;  // Null where mail leaves.
};
void add_chaos_actions(cloudapi::ActionTable& table, const ChaosParts& parts);

/// Whether mail servers outside can be reached.
void add_port_check_action(cloudapi::ActionTable& table, delivery::PortCheck& check);

struct HealthParts {
  const storage::Database& database;
  std::string data_dir;
  delivery::Mode mode = delivery::Mode::sandbox;
  std::function<std::optional<messages::Standstill>()> standstill;                // The one of TaskParts.
  std::function<bool()> waits_for_clock;                                          // delivery::Engine's.
  std::function<std::shared_ptr<const campaigns::PassedOverRuns>()> passed_over;  // The one of TaskParts.
};
void add_health_action(cloudapi::ActionTable& table, const HealthParts& parts);

/// The calls of the API that are kept.
void add_call_actions(cloudapi::ActionTable& table, const cloudapi::CallLog& log);

void add_status_action(cloudapi::ActionTable& table, const StatusOptions& options);
void add_statistics_actions(cloudapi::ActionTable& table);
void add_returned_mail_actions(cloudapi::ActionTable& table);
void add_inbox_actions(cloudapi::ActionTable& table);
void add_classify_action(cloudapi::ActionTable& table, const bounces::Classifier& classifier);

struct WebhookParts {
  const accounts::SecretBox& secrets;
  webhooks::WebhookDirectory& directory;
  Random& random;
};
void add_webhook_actions(cloudapi::ActionTable& table, const WebhookParts& parts);

}  // namespace sesame::actions
