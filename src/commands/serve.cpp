#include <fmt/format.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/beijing_time.hpp"
#include "base/log.hpp"
#include "base/log_options.hpp"
#include "base/metrics.hpp"
#include "commands/api_client.hpp"
#include "commands/environment.hpp"
#include "commands/errors.hpp"
#include "commands/reload_note.hpp"
#include "server/options.hpp"
#include "server/reset_credential.hpp"
#include "server/server.hpp"

namespace sesame::commands {

namespace {

// LeakSanitizer is a debugger of its own process.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kDebuggable = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kDebuggable = true;
#else
constexpr bool kDebuggable = false;
#endif
#else
constexpr bool kDebuggable = false;
#endif

/// The memory holds keys and passwords: it must not land in a core file, nor be read by other programs of the
/// same user.
void hide_memory() { ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/// Memory that cannot be had while the server starts is an error like any other.
Result<std::unique_ptr<server::Server>> start_server(const server::Settings& settings, const Clock& clock,
                                                     Random& random, server::StartOptions start) {
  try {
    return server::Server::start(settings, clock, random, std::move(start));
  } catch (const std::bad_alloc&) {
    return Error(errors::kNoMemory);
  }
}

constexpr std::chrono::milliseconds kPoll{50};
constexpr int kPollsMax = 400;  // Twenty seconds.

void show_credential(Context& context, const std::string& secret_id, const Secret& secret_key) {
  context.terminal.line("  export TENCENTCLOUD_SECRET_ID=" + secret_id);
  context.terminal.line(fmt::format("  export TENCENTCLOUD_SECRET_KEY={}", secret_key.reveal()));
}

void show_first_credential(Context& context, const server::Settings& settings,
                           const accounts::FirstCredential& first, bool prints_secrets) {
  if (prints_secrets) {
    context.terminal.line("The first credential of this data folder. It is shown once; keep it:");
    show_credential(context, first.secret_id, first.secret_key);
  } else {
    context.terminal.line("The first credential of this data folder is in " +
                          server::first_credential_path(settings) +
                          " (for its owner alone); keep it elsewhere, then delete the file");
  }
}

/// The console's address, and while it has no owner how to become one.
void show_console(Context& context, const server::Server& server) {
  const std::string url = server.console_url();
  if (url.empty()) return;
  if (!server.console_setup_token().empty())
    context.terminal.line("console  " + url + "#setup=" + server.console_setup_token());
  else if (server.console_has_owner())
    context.terminal.line("console  " + url);
  else
    context.terminal.line("console  " + url +
                          " (`sesame console link` prints the link that makes its owner)");
}

/// Reads the settings again. All of what can change without a restart changes, or nothing.
Status reload_once(Context& context, server::Server& server, const ServeOptions& options) {
  const Result<server::Settings> settings = load_settings(context, options);
  return settings ? server.reload(*settings) : Status(settings.error());
}

/// Serves until a signal ends it; SIGHUP reads the settings again.
void follow_signals(Context& context, server::Server& server, const ServeOptions& options,
                    const std::string& database) {
  static Counter& worked =
      counter("sesame_reloads_total", "Times the settings were read again", {{"result", "ok"}});
  static Counter& failed =
      counter("sesame_reloads_total", "Times the settings were read again", {{"result", "error"}});
  ReloadNote note;
  write_reload_note(database, note);
  while (context.pause.wait_for_signal() == Pause::Signal::reload) {
    const Status status = reload_once(context, server, options);
    ++note.number;
    note.problem = status ? "" : explain(status.error());
    (status ? worked : failed).add();
    if (status)
      log_info("server.reloaded");
    else
      log_error("server.reload_failed", {{"problem", note.problem}, {"settings", "the old ones stay"}});
    write_reload_note(database, note);
  }
}

}  // namespace

int serve(Context& context, const ServeOptions& options) {
  const Result<server::Settings> settings = load_settings(context, options);
  if (!settings) return fail(context, settings.error());
  Result<std::optional<accounts::KeyPair>> given = given_credential();
  if (!given) return fail(context, given.error());
  start_log(settings->get<LogOptions>());
  if (!kDebuggable && !options.allow_debugging) hide_memory();

  SystemClock clock;
  SystemRandom random;
  // A service's output is kept in a journal that others read.
  const bool prints_secrets = options.print_secrets || context.terminal.output_is_terminal();
  auto started = start_server(*settings, clock, random,
                              {.first_credential = {.given = std::move(*given), .to_file = !prints_secrets},
                               .hold_delivery = options.hold_delivery,
                               .console_link = prints_secrets});
  if (!started) return fail(context, started.error());
  server::Server& server = **started;
  if (const auto& first = server.first_credential(); first && first->generated)
    show_first_credential(context, *settings, *first, prints_secrets);
  if (const auto& mark = server.hold_mark()) {
    context.terminal.line(fmt::format(
        "Delivery is held since {}{}: nothing is mailed, posted or started until `sesame resume-delivery`",
        context.terminal.local_time(format_beijing_time(mark->since_ms)),
        mark->why.empty() ? "" : " (" + mark->why + ")"));
  }
  show_console(context, server);
  context.terminal.line("Sesame serves the API at " + server.endpoint() + " (Ctrl-C stops it)");
  follow_signals(context, server, options, *server::database_path(*settings));
  server.stop();
  return kExitDone;
}

int reload(Context& context, const ServeOptions& options) {
  const Result<server::Settings> settings = load_settings(context, options);
  if (!settings) return fail(context, settings.error());
  const Result<std::string> database = server::database_path(*settings);
  if (!database) return fail(context, database.error());
  const ReloadNote before = read_reload_note(*database);
  const int holder = holder_of(*database);
  if (holder == 0) return fail(context, Error(errors::kNoServer).with("path", *database));
  if (::kill(holder, SIGHUP) != 0) {
    return fail(context, Error(errors::kFile)
                             .with("problem",
                                   fmt::format("cannot reach process {}: {}", holder, std::strerror(errno))));
  }
  for (int polls = 0; polls < kPollsMax; ++polls) {
    if (!context.pause.wait(kPoll)) return fail(context, Error(errors::kStopped));
    const ReloadNote note = read_reload_note(*database);
    if (note.number == before.number) continue;
    if (!note.problem.empty())
      return fail(context, Error(errors::kReloadFailed).with("problem", note.problem));
    context.terminal.note(fmt::format("process {} uses the settings as they are now", holder));
    return kExitDone;
  }
  return fail(context, Error(errors::kReloadFailed).with("problem", "the server says nothing"));
}

int reset_credentials(Context& context, const ServeOptions& options) {
  const Result<server::Settings> settings = load_settings(context, options);
  if (!settings) return fail(context, settings.error());
  SystemClock clock;
  SystemRandom random;
  const Result<accounts::KeyPair> made = server::reset_credential(*settings, clock, random);
  if (!made) return fail(context, made.error());
  context.terminal.line(
      "A new credential of the first account, which may do everything. It is shown once; keep it:");
  show_credential(context, made->secret_id, made->secret_key);
  context.terminal.note(
      "the credentials there were stay; `sesame credentials list` shows them, "
      "`sesame credentials disable` ends one");
  return kExitDone;
}

namespace {

/// A setting a paragraph, for terminals that are too narrow for a table.
void print_paragraph(Context& context, const SettingRule& rule, const std::string& value,
                     const std::string& origin, const std::string& help, unsigned width) {
  context.terminal.line(context.terminal.bold(std::string(rule.key)));
  constexpr std::size_t kIndent = 4;
  for (const std::string& text : {fmt::format("= {} ({})", value, origin), help}) {
    for (const std::string& line : wrapped_lines(text, std::max<std::size_t>(width, 20) - kIndent))
      context.terminal.line(std::string(kIndent, ' ') + line);
  }
}

}  // namespace

int print_config(Context& context, const ServeOptions& options, bool json) {
  const Result<server::Settings> settings = load_settings(context, options);
  if (!settings) return fail(context, settings.error());
  Table rows{{"SETTING", "VALUE", "FROM", "WHAT IT IS"}};
  constexpr unsigned kTableColumns = 200;
  const std::optional<unsigned> width = context.terminal.output_width();
  const bool narrow = !json && width && *width < kTableColumns;
  for (const SettingRule& rule : server::setting_rules()) {
    const server::Settings::Entry& entry = settings->entry(rule.key);
    const std::string text = rule.secret && !entry.text.empty() ? "(hidden)" : entry.text;
    const std::string shown = text.empty() ? "-" : text;
    std::string help(rule.help);
    if (!rule.choices.empty()) help += fmt::format(" ({})", rule.choices);
    if (narrow)
      print_paragraph(context, rule, shown, entry.origin, help, *width);
    else
      rows.add({std::string(rule.key), json ? text : shown, entry.origin, help});
  }
  if (!narrow) context.terminal.table(rows, json);
  return kExitDone;
}

}  // namespace sesame::commands
