#include "base/beijing_time.hpp"
#include "commands/commands.hpp"
#include "commands/environment.hpp"
#include "server/console_users.hpp"

namespace sesame::commands {

namespace {

void show_link(Context& context, const server::ConsoleLink& link) {
  context.terminal.line(link.url);
  context.terminal.note(link.user.empty() ? "it makes the owner of the console, once, within 15 minutes"
                                          : "it logs " + link.user + " in, once, within 15 minutes");
}

}  // namespace

int list_users(Context& context, const ServeOptions& options, bool json) {
  const Result<server::Settings> settings = load_settings(context, options);
  if (!settings) return fail(context, settings.error());
  const auto users = server::list_console_users(*settings, context.terminal.clock());
  if (!users) return fail(context, users.error());
  Table rows{{"NAME", "ROLE", "ACCOUNT", "ENABLED", "SECOND FACTOR", "LAST LOGIN"}};
  for (const server::ShownUser& shown : *users) {
    const accounts::User& user = shown.user;
    rows.add({user.name, std::string(accounts::role_name(user.role)), shown.app_id,
              Cell::flag(user.enabled, "yes", "no"), Cell::flag(user.has_second_factor, "yes", "no"),
              user.login_ms == 0 ? std::string("-")
                                 : context.terminal.local_time(format_beijing_time(user.login_ms))});
  }
  context.terminal.table(rows, json);
  return kExitDone;
}

int reset_user(Context& context, const ServeOptions& options, const std::string& name) {
  const Result<server::Settings> settings = load_settings(context, options);
  if (!settings) return fail(context, settings.error());
  SystemRandom random;
  const auto link = server::reset_console_user(*settings, context.terminal.clock(), random, name);
  if (!link) return fail(context, link.error());
  show_link(context, *link);
  return kExitDone;
}

int console_link(Context& context, const ServeOptions& options, const std::string& name) {
  const Result<server::Settings> settings = load_settings(context, options);
  if (!settings) return fail(context, settings.error());
  SystemRandom random;
  const auto link = server::make_console_link(*settings, context.terminal.clock(), random, name);
  if (!link) return fail(context, link.error());
  show_link(context, *link);
  return kExitDone;
}

}  // namespace sesame::commands
