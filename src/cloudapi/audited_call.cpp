#include "cloudapi/audited_call.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <iterator>

#include "base/ascii.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

constexpr std::size_t kValueBytesMax = 120;

constexpr std::string_view kCounted[] = {"SendEmail", "CreateReceiverDetail", "CreateReceiverDetailWithData"};

// Parameters that the log may hold; everything else could be content or a secret.
constexpr std::string_view kNamed[] = {"AppId",
                                       "Name",
                                       "Role",
                                       "Enabled",
                                       "Permission",
                                       "CredentialId",
                                       "TaskId",
                                       "ReceiverId",
                                       "ReceiversName",
                                       "TemplateID",
                                       "TemplateName",
                                       "EmailIdentity",
                                       "Domain",
                                       "Path",
                                       "EndHolds",
                                       "EmailAddress",
                                       "Address",
                                       "WebhookId",
                                       "FromEmailAddress",
                                       "SenderDomain",
                                       "Emails",
                                       "EmailAddressList",
                                       "Id",
                                       "Email",
                                       "ExpireDate",
                                       "MessageId",
                                       "ToEmailAddress",
                                       "Event",
                                       "Approved",
                                       "States",
                                       "BeginTime",
                                       "ImportId",
                                       "VersionId",
                                       "Version",
                                       "MailId",
                                       "Sandbox",
                                       "Status"};
constexpr std::string_view kMade[] = {"AppId",      "SecretId",   "TaskId",   "ReceiverId",
                                      "TemplateID", "TemplateId", "ImportId", "WebhookId"};

constexpr std::string_view kAsked = "asked: ";

/// A text that a caller chose, in quotes when it holds what separates values: it must not read as another
/// parameter's.
std::string quoted(std::string_view text) {
  const bool plain = std::ranges::all_of(text, [](char c) {
    return ascii::is_digit(c) || ascii::is_alpha(c) ||
           std::string_view("-_.@*+:/").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  });
  return plain ? std::string(text) : json::serialize(json::string(text));
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return quoted(std::string_view(value.get_string()).substr(0, kValueBytesMax));
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (!value.is_array() || value.get_array().empty()) return {};
  const json::array& items = value.get_array();
  std::string text = text_of(items.front());
  if (items.size() > 1) text += " +" + std::to_string(items.size() - 1);
  return text;
}

void add(std::string& target, std::string_view name, const json::value& value) {
  const std::string text = text_of(value);
  if (text.empty()) return;
  if (!target.empty()) target += ", ";
  target.append(name).append("=").append(text);
}

template <std::size_t n>
bool is_among(const std::string_view (&names)[n], std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

}  // namespace

bool is_audited(const ActionDescription& action) {
  // It ends a look at things, and changes none of them.
  return action.effect != ActionDescription::Effect::read && action.name != "StopDryRun";
}

bool is_counted(std::string_view action) { return is_among(kCounted, action); }

std::string_view actor_of(const accounts::Credential& caller, const SessionCaller* session) {
  return session != nullptr ? session->user : caller.secret_id;
}

AuditedCall begin_audit(const ActionDescription& action, const accounts::Credential& caller,
                        const SessionCaller* session, std::string client) {
  AuditedCall audited;
  audited.counted = is_counted(action.name);
  accounts::AuditEntry& entry = audited.entry;
  entry.account_id = caller.account_id;
  entry.actor_account_id = caller.account_id;
  entry.actor_kind = session != nullptr ? accounts::ActorKind::user : accounts::ActorKind::credential;
  entry.actor = actor_of(caller, session);
  entry.client = std::move(client);
  entry.action = action.name;
  return audited;
}

void add_target(AuditedCall& audited, const json::object& parameters) {
  if (audited.counted) return;
  for (const auto& member : parameters) {
    if (is_among(kNamed, member.key())) add(audited.entry.target, member.key(), member.value());
  }
  const json::value* const app_id = parameters.if_contains("AppId");
  if (app_id != nullptr && app_id->is_int64())
    audited.target_app_id = app_id->get_int64();
  else if (app_id != nullptr && app_id->is_uint64())
    audited.target_app_id = static_cast<std::int64_t>(app_id->get_uint64());
}

std::string asked_target(std::string_view target) {
  return target.empty() ? std::string() : std::string(kAsked).append(target);
}

void add_made(std::string& target, const json::object& answer) {
  for (const auto& member : answer) {
    const bool known = target.find(std::string(member.key()) + "=") != std::string::npos;
    if (!known && is_among(kMade, member.key())) add(target, member.key(), member.value());
  }
}

}  // namespace sesame::cloudapi
