#include "accounts/roles.hpp"

#include <iterator>
#include <vector>

namespace sesame::accounts {
namespace {

constexpr std::string_view kEverything[] = {"*"};

// Every role may call PutUser: it gives everybody a new password of their own.

// Read everything, and do everything that moves mail; no domains, senders, webhooks, credentials or users.
constexpr std::string_view kOperator[] = {"!ReviewEmailTemplate",  // A template's writer does not approve it.
                                          "!ListAuditEntries",
                                          "Get*",
                                          "List*",
                                          "Check*",
                                          "Import*",
                                          "*SendTask",
                                          "StopDryRun",
                                          "*BlackList",
                                          "*Blacklist",
                                          "*Unsubscribe",
                                          "*EmailTemplate",
                                          "CreateReceiver*",
                                          "DeleteReceiver",
                                          "UndoImport",
                                          "SendEmail",
                                          "BatchSendEmail",
                                          "ClassifyMail",
                                          "RestoreEmailTemplateVersion",
                                          "DeleteInboxMails",
                                          "PauseDelivery",
                                          "ResumeDelivery",
                                          "*WaitingMail",
                                          "SimulateMailEvent",
                                          "SetChaos",
                                          "RedeliverWebhookEvents",
                                          "PutUser"};

constexpr std::string_view kSender[] = {"!ListAuditEntries",
                                        "Get*",
                                        "List*",
                                        "Import*",
                                        "*SendTask",
                                        "StopDryRun",
                                        "CheckRecipient",
                                        "UndoImport",
                                        "SendEmail",
                                        "BatchSendEmail",
                                        "CreateReceiver*",
                                        "DeleteReceiver",
                                        "CreateEmailTemplate",
                                        "UpdateEmailTemplate",
                                        "DeleteEmailTemplate",
                                        "CheckEmailTemplate",
                                        "RenderEmailTemplate",
                                        "RestoreEmailTemplateVersion",
                                        "PutUser"};

// Whole mails hold the addresses that an analyst sees masked only.
constexpr std::string_view kAnalyst[] = {
    "!GetInboxMail",      "!GetReturnedMail", "!ListAuditEntries", "Get*", "List*",
    "CheckEmailTemplate", "PutUser"};

constexpr std::string_view kReviewer[] = {"GetLimits",
                                          "GetEmailTemplate",
                                          "ListEmailTemplate*",
                                          "RenderEmailTemplate",
                                          "CheckEmailTemplate",
                                          "ReviewEmailTemplate",
                                          "PutUser"};

struct RoleRow {
  Role role;
  std::string_view name;
  std::span<const std::string_view> actions;
};

constexpr RoleRow kRoles[] = {
    {Role::owner, "owner", kEverything},      {Role::admin, "admin", kEverything},
    {Role::operating, "operator", kOperator}, {Role::sender, "sender", kSender},
    {Role::analyst, "analyst", kAnalyst},     {Role::reviewer, "reviewer", kReviewer}};

const RoleRow& row_of(Role role) {
  for (const RoleRow& row : kRoles) {
    if (row.role == role) return row;
  }
  return kRoles[std::size(kRoles) - 1];  // A number that only a later version knows gets the fewest rights.
}

Permissions permissions_of(const RoleRow& row) {
  if (row.actions.front() == kEverything[0]) return {};
  std::vector<std::string> patterns;
  for (const std::string_view pattern : row.actions) patterns.emplace_back(pattern);
  return Permissions::matching(std::move(patterns));
}

}  // namespace

std::string_view role_name(Role role) { return row_of(role).name; }

std::optional<Role> role_named(std::string_view word) {
  for (const RoleRow& row : kRoles) {
    if (row.name == word) return row.role;
  }
  return std::nullopt;
}

std::span<const std::string_view> role_actions(Role role) { return row_of(role).actions; }

const Permissions& role_permissions(Role role) {
  static const std::vector<Permissions> all = [] {
    std::vector<Permissions> made;
    for (const RoleRow& row : kRoles) made.push_back(permissions_of(row));
    return made;
  }();
  return all[static_cast<std::size_t>(&row_of(role) - std::begin(kRoles))];
}

}  // namespace sesame::accounts
