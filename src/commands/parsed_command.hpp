#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "commands/commands.hpp"

/// The tree of commands, by subject. Private to the command line.
namespace sesame::commands {

/// The parsed command line. `run` is the chosen command.
struct ParsedCommand {
  ServeOptions serve;
  DemoOptions demo;
  BackupCommand backup;
  RestoreCommand restore;
  CallOptions call;
  McpCommand mcp;
  CallsCommand calls;
  ImportCommand import;
  GroupsCommand groups;
  TemplatesCommand templates;
  DomainsCommand domains;
  SendersCommand senders;
  BlockCommand block;
  StatsCommand stats;
  SendCommand send;
  TasksCommand tasks;
  InboxCommand inbox;
  TraceCommand trace;
  QueueCommand queue;
  SitesCommand sites;
  AccountsCommand accounts;
  CredentialsCommand credentials;
  ClassifyCommand classify;
  ShapingCommand shaping;
  WebhooksCommand webhooks;
  AuditCommand audit;
  std::string endpoint, secret_id, region, ca_file;
  std::vector<std::string> settings;  // --set KEY=VALUE
  std::string topic;                  // The command that `help` explains.
  std::string user;                   // users reset, console link
  bool json = false;                  // config, users list
  bool verify = false;                // audit
  bool serves = false;                // It runs a server.
  std::function<int(Context&)> run;

  /// The access; flags win over the environment.
  ApiAccess access() const;
};

/// Adds --config, --data-dir, --listen and --set.
void add_settings_flags(CLI::App& command, ParsedCommand& chosen, ServeOptions& serve);
/// Adds --endpoint, --secret-id, --region and --ca.
void add_access_flags(CLI::App& command, ParsedCommand& chosen);
/// --json of a command that prints rows.
void add_json_flag(CLI::App& command, bool& json);
/// --json of a command that prints one thing.
CLI::Option* add_json_object_flag(CLI::App& command, bool& json);

void add_server_commands(CLI::App& app, ParsedCommand& chosen);
void add_backup_commands(CLI::App& app, ParsedCommand& chosen);
void add_call_commands(CLI::App& app, ParsedCommand& chosen);
/// The rules of mode direct.
void add_shaping_commands(CLI::App& app, ParsedCommand& chosen);
void add_mail_commands(CLI::App& app, ParsedCommand& chosen);
void add_queue_commands(CLI::App& app, ParsedCommand& chosen);
/// Sites and holds of mode direct.
void add_site_commands(CLI::App& app, ParsedCommand& chosen);
/// The command of `shaping` that asks a running server to read its rules again.
void add_shaping_reload(CLI::App& shaping, ParsedCommand& chosen);
/// Groups, templates, domains, senders, blocked addresses.
void add_setup_commands(CLI::App& app, ParsedCommand& chosen);
void add_account_commands(CLI::App& app, ParsedCommand& chosen);
void add_webhook_commands(CLI::App& app, ParsedCommand& chosen);

/// A script for bash that completes the commands and flags of the tree.
std::string bash_completion(const CLI::App& app);
/// The manual page of the tree's commands and flags, for man(1).
std::string manual_page(const CLI::App& app, const std::string& version);

}  // namespace sesame::commands
