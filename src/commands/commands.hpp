#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "campaigns/run_pace.hpp"
#include "commands/api_client.hpp"
#include "commands/exit_status.hpp"
#include "commands/pause.hpp"
#include "commands/terminal.hpp"

/// The commands, one file each. Each returns the program's exit status (exit_status.hpp).
namespace sesame::commands {

/// The surroundings of every command.
struct Context {
  Terminal& terminal;
  Pause& pause;
};

struct ServeOptions {
  std::string config_file;
  std::map<std::string, std::string> flags;  // Setting → text.
  bool allow_debugging = false;              // Otherwise no debugger and no core file shows the secrets.
  bool print_secrets = false;                // Print them also to a pipe or a file.
  bool hold_delivery = false;                // Set the mark that holds delivery.
};
int serve(Context& context, const ServeOptions& options);
/// Asks the running server of the data folder to read its settings again, and says what came of it.
int reload(Context& context, const ServeOptions& options);
int print_config(Context& context, const ServeOptions& options, bool json);
/// Makes a new credential for the first account of a data folder that no server uses.
int reset_credentials(Context& context, const ServeOptions& options);

/// The people of the console of a data folder.
int list_users(Context& context, const ServeOptions& options, bool json);
/// Lets only a new link log the user in, and prints it. No server may use the folder.
int reset_user(Context& context, const ServeOptions& options, const std::string& name);
/// Prints a link that logs in once. A server may use the folder.
int console_link(Context& context, const ServeOptions& options, const std::string& name);

struct BackupCommand {
  ServeOptions serve;
  std::string file;
  bool force = false;  // Replace an existing file.
};
/// Copies the database into one file, while a server uses it or not.
int backup(Context& context, const BackupCommand& options);

struct RestoreCommand {
  ServeOptions serve;
  std::string file;
  std::string master_key;  // Copied into the data folder; empty: none.
};
/// Makes a data folder of a backup, held.
int restore(Context& context, const RestoreCommand& options);
/// Removes the mark that holds delivery. A running server notices.
int resume_delivery(Context& context, const ServeOptions& options);

struct DemoOptions {
  ServeOptions serve;
  std::string examples = "examples";
  bool once = false;
};
/// Starts a server, mails the example campaign into its sandbox inbox, prints the results, and keeps serving.
int demo(Context& context, const DemoOptions& options);

struct CallOptions {
  std::string action;
  std::string version;  // Empty: the one that has the action.
  std::string json;     // The parameters as a whole: JSON text, @FILE, - (standard input), or empty.
  // `--Name value` pairs; values are JSON or plain text by the described type.
  std::vector<std::string> flags;
  bool help = false;
  bool chinese = false;
};
int call(Context& context, ApiAccess access, const CallOptions& options);

struct McpCommand {
  bool read_only = false;  // Refuse what changes something, whatever the credential allows.
};
/// Serves an agent over standard input and output by the Model Context Protocol, until the input ends.
int mcp(Context& context, ApiAccess access, const McpCommand& options);

struct ImportCommand {
  std::string file;            // "-": standard input.
  std::string group;           // A name; the group is created when it does not exist.
  std::uint64_t group_id = 0;  // A number; then `group` is empty.
  bool create = false;         // Also when the name consists of digits.
  std::string email_column;
  std::vector<std::string> skipped_columns;
  std::string encoding;
  std::string report;  // The file for refused rows; empty: FILE.refused.csv.
};
int import_command(Context& context, ApiAccess access, const ImportCommand& options);

struct GroupsCommand {
  enum class What : std::uint8_t { list, create, show, remove };
  What what = What::list;
  bool json = false;
  std::string name;
  std::uint64_t id = 0;  // In place of `name`.
  std::string description;
  std::string email;  // show: only addresses that contain this.
  std::uint64_t limit = 20;
  std::uint64_t offset = 0;
};
int groups(Context& context, ApiAccess access, const GroupsCommand& options);

struct TemplatesCommand {
  enum class What : std::uint8_t { list, create, update, show, remove };
  What what = What::list;
  bool json = false;
  std::string name;      // create: the new name. Else a name, or a number when no template has that name.
  std::uint64_t id = 0;  // In place of `name`.
  std::string html_file, text_file;  // "-": standard input. Empty: none.
  std::string part;                  // show: "html" or "text", alone and as it is; empty: all.
};
int templates(Context& context, ApiAccess access, const TemplatesCommand& options);

struct DomainsCommand {
  enum class What : std::uint8_t { list, add, check, show, remove };
  What what = What::list;
  bool json = false;
  bool zone = false;  // The records as lines of a zone file.
  std::string domain;
  std::uint64_t dkim_bits = 0;  // 1024, 2048; 0: what the server takes.
};
int domains(Context& context, ApiAccess access, const DomainsCommand& options);

struct SendersCommand {
  enum class What : std::uint8_t { list, add, remove };
  What what = What::list;
  bool json = false;
  std::string address;
  std::string name;  // Shown to recipients.
};
int senders(Context& context, ApiAccess access, const SendersCommand& options);

struct BlockCommand {
  enum class What : std::uint8_t { list, add, remove };
  What what = What::list;
  bool json = false;
  bool bounced = false;  // The list of hard bounces in place of the account's own.
  bool expired = false;  // list: also entries that no longer count.
  std::vector<std::string> addresses;
  std::string until;  // add: the last day, YYYY-MM-DD.
  std::string email;  // list: only this address.
  std::uint64_t limit = 20;
  std::uint64_t offset = 0;
};
int block(Context& context, ApiAccess access, const BlockCommand& options);

struct StatsCommand {
  bool json = false;
  std::string from, to;  // Days, YYYY-MM-DD; empty: the last seven.
  std::string domain;
  std::string recipient_domain;
  std::string recipient;  // Lists the mails to this address in place of the counts.
};
int stats(Context& context, ApiAccess access, const StatsCommand& options);

struct SendCommand {
  std::string group;
  std::uint64_t group_id = 0;  // In place of `group`.
  std::string from;
  std::string subject;
  std::string template_name;      // A name; a number when no template has that name.
  std::uint64_t template_id = 0;  // In place of `template_name`.
  std::string data;               // Empty: none; a test mail takes those of the group's first recipient.
  std::string reply_to;
  std::uint64_t again = 0;          // An ended task that is sent again; then only `states` and `watch` count.
  std::vector<std::string> states;  // The states of its recipients who are mailed.
  std::string test;                 // Mail only this address, once, in place of the group.
  std::string at;                   // A moment (moment.hpp); empty: now.
  std::optional<std::uint64_t> unsubscribe;  // SES: Unsubscribe.
  campaigns::Caps caps;                      // How fast its mail may begin.
  bool dry_run = false;                      // Only say what would be mailed.
  bool watch = false;
  bool json = false;
};
int send(Context& context, ApiAccess access, const SendCommand& options);

struct TasksCommand {
  enum class What : std::uint8_t { show, pause, resume, stop, recipients };
  What what = What::show;
  bool watch = false;
  bool json = false;
  std::uint64_t task_id = 0;        // 0: all.
  std::vector<std::string> states;  // Empty: all but delivered.
  std::string csv_file;             // "-": standard output.
  std::uint64_t limit = 0;          // 0: what fits the form of the output.
};
int tasks(Context& context, ApiAccess access, const TasksCommand& options);
/// Shows one task's progress until it has ended. Used by send and demo, too.
Status watch_task(Context& context, ApiClient& client, std::uint64_t task_id);

struct InboxCommand {
  enum class What : std::uint8_t { list, show, save, clear };
  What what = What::list;
  std::uint64_t mail_id = 0;
  bool raw = false;  // show: the bytes.
  std::string file;
  std::string to;
  std::string subject;
  std::uint64_t limit = 20;
  std::uint64_t offset = 0;
  bool json = false;
};
int inbox(Context& context, ApiAccess access, const InboxCommand& options);

struct CallsCommand {
  std::string request_id;  // Empty: a list.
  std::string action, code, credential;
  bool only_failed = false;
  std::uint64_t limit = 20;
  bool json = false;
};
/// The calls of the last day, or all that is kept of one.
int calls(Context& context, ApiAccess access, const CallsCommand& options);

struct TraceCommand {
  std::string message_id;
  std::string to;  // Empty: the first recipient.
  bool json = false;
};
/// Shows what became of one mail, attempt by attempt.
int trace(Context& context, ApiAccess access, const TraceCommand& options);

struct QueueCommand {
  enum class What : std::uint8_t { list, show, pauses, pause, resume, retry, drop };
  What what = What::list;
  // The mail that is meant; empty or 0: any.
  std::string domain;
  std::uint64_t app_id = 0;
  std::uint64_t task_id = 0;
  std::string order = "waiting";
  std::string reason;
  std::string until;       // pause: a moment (moment.hpp); empty: until it is resumed.
  bool yes = false;        // drop: without it nothing is dropped.
  bool end_holds = false;  // retry: also ends the holds before that mail.
  std::uint64_t limit = 100;
  bool json = false;
};
/// The mail that waits.
int queue(Context& context, ApiAccess access, const QueueCommand& options);

struct SitesCommand {
  enum class What : std::uint8_t { sites, holds, end_hold, reload_rules };
  What what = What::sites;
  std::string domain;  // sites: the way of mail to it; empty: the list.
  std::string provider;
  std::string state;
  std::string order;
  std::vector<std::string> path;  // end_hold: its words.
  std::uint64_t limit = 100;
  bool json = false;
};
/// The sites and holds of mode direct.
int sites(Context& context, ApiAccess access, const SitesCommand& options);

struct AccountsCommand {
  enum class What : std::uint8_t { list, create };
  What what = What::list;
  std::string name;
  bool json = false;
};
int accounts(Context& context, ApiAccess access, const AccountsCommand& options);

struct CredentialsCommand {
  enum class What : std::uint8_t { list, create, disable, enable, remove };
  What what = What::list;
  bool json = false;
  std::uint64_t app_id = 0;  // 0: the caller's own account.
  std::string secret_id;
  std::string name;
  bool read_only = false;
  std::vector<std::string> actions;  // Empty: not limited to a list.
};
int credentials(Context& context, ApiAccess access, const CredentialsCommand& options);

struct AuditCommand {
  bool json = false;
  std::uint64_t app_id = 0;  // 0: the caller's own account.
  std::string actor, action;
  std::string since, until;  // Times in the API's form.
  std::uint64_t limit = 20;
};
/// Lists the audit log.
int audit(Context& context, ApiAccess access, const AuditCommand& options);
/// Checks the audit log of a data folder; a server may use it.
int verify_audit(Context& context, const ServeOptions& options, bool json);

struct WebhooksCommand {
  enum class What : std::uint8_t { list, set, remove, events, redeliver };
  What what = What::list;
  bool json = false;
  std::string url;     // set: empty: as it is.
  std::string sender;  // Empty: the whole account.
  // set: what is empty or absent stays as it is.
  std::vector<std::string> kinds;
  bool on = false;
  bool off = false;
  bool renew_secret = false;
  std::string state;
  std::uint64_t limit = 20;
  std::vector<std::uint64_t> event_ids;  // Empty: all that were given up.
  std::string since, until;              // redeliver: times in the API's form.
};
int webhooks(Context& context, ApiAccess access, const WebhooksCommand& options);

struct ClassifyCommand {
  std::vector<std::string> files;  // "-": standard input.
  std::string rules_file;          // A file of additional rules; empty: SESAME_BOUNCES_RULES, if set.
  bool json = false;
  bool show_rules = false;
};
/// Classifies bounce mails without a server. Unreadable files are reported, the others classified.
int classify(Context& context, const ClassifyCommand& options);

struct ShapingCommand {
  enum class What : std::uint8_t { check, test, rules, explain };
  What what = What::check;
  std::vector<std::string>
      files;                    // Over the shipped rules; empty but for check: SESAME_DELIVERY_RULES, if set.
  std::string reply;            // test
  std::string host;             // test: the server that said it.
  std::string stage = "rcpt";   // test
  std::string provider;         // rules: this one alone.
  std::string domain;           // explain
  std::vector<std::string> mx;  // explain: its servers.
  bool json = false;
};
/// Checks, tries and shows the rules of mode direct without a server.
int shaping(Context& context, const ShapingCommand& options);

/// Parses the command line and runs the command.
int run_command_line(int argc, char** argv);

}  // namespace sesame::commands
