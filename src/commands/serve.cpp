#include <fmt/format.h>
#include <sys/prctl.h>

#include "base/log.hpp"
#include "base/log_options.hpp"
#include "commands/api_client.hpp"
#include "commands/environment.hpp"
#include "commands/errors.hpp"
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
                                                     Random& random) {
  try {
    return server::Server::start(settings, clock, random, given_credential());
  } catch (const std::bad_alloc&) {
    return Error(errors::kNoMemory);
  }
}

}  // namespace

int serve(Context& context, const ServeOptions& options) {
  const Result<server::Settings> settings = load_settings(options);
  if (!settings) {
    context.terminal.complain(explain(settings.error()));
    return 1;
  }
  start_log(settings->get<LogOptions>());
  if (!kDebuggable && !options.allow_debugging) hide_memory();

  SystemClock clock;
  SystemRandom random;
  auto started = start_server(*settings, clock, random);
  if (!started) {
    context.terminal.complain(explain(started.error()));
    return 1;
  }
  server::Server& server = **started;
  if (const auto& first = server.first_credential(); first && first->generated) {
    context.terminal.line("The first credential of this data folder. It is shown once; keep it:");
    context.terminal.line("  export TENCENTCLOUD_SECRET_ID=" + first->secret_id);
    context.terminal.line(fmt::format("  export TENCENTCLOUD_SECRET_KEY={}", first->secret_key.reveal()));
  }
  context.terminal.line("Sesame serves the API at " + server.endpoint() + " (Ctrl-C stops it)");
  context.pause.wait_for_stop();
  server.stop();
  return 0;
}

int print_config(Context& context, const ServeOptions& options) {
  const Result<server::Settings> settings = load_settings(options);
  if (!settings) {
    context.terminal.complain(explain(settings.error()));
    return 1;
  }
  std::vector<std::vector<std::string>> rows{{"SETTING", "VALUE", "FROM", "WHAT IT IS"}};
  for (const SettingRule& rule : server::setting_rules()) {
    const server::Settings::Entry& entry = settings->entry(rule.key);
    const std::string shown = rule.secret && !entry.text.empty() ? "(hidden)" : entry.text;
    std::string help(rule.help);
    if (!rule.choices.empty()) help += fmt::format(" ({})", rule.choices);
    rows.push_back({std::string(rule.key), shown.empty() ? "-" : shown, entry.origin, help});
  }
  context.terminal.table(rows);
  return 0;
}

}  // namespace sesame::commands
