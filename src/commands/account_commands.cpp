#include "commands/parsed_command.hpp"

namespace sesame::commands {

namespace {

void add_accounts(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* accounts = app.add_subcommand("accounts", "accounts of the server (tenants)");
  accounts->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, AccountsCommand::What what) {
    CLI::App* command = accounts->add_subcommand(name, help);
    add_access_flags(*command, chosen);
    command->callback([&chosen, what] {
      chosen.accounts.what = what;
      chosen.run = [&chosen](Context& context) {
        return commands::accounts(context, chosen.access(), chosen.accounts);
      };
    });
    return command;
  };
  add_json_flag(*add("list", "all accounts", AccountsCommand::What::list), chosen.accounts.json);
  CLI::App* create = add("create", "a new account and its first credential", AccountsCommand::What::create);
  create->add_option("name", chosen.accounts.name, "what people call it")->required();
}

void add_credentials(CLI::App& app, ParsedCommand& chosen) {
  using What = CredentialsCommand::What;
  CLI::App* credentials = app.add_subcommand("credentials", "credentials of an account");
  credentials->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, What what) {
    CLI::App* command = credentials->add_subcommand(name, help);
    add_access_flags(*command, chosen);
    command->add_option("--account", chosen.credentials.app_id, "number of another account");
    command->callback([&chosen, what] {
      chosen.credentials.what = what;
      chosen.run = [&chosen](Context& context) {
        return commands::credentials(context, chosen.access(), chosen.credentials);
      };
    });
    return command;
  };
  add_json_flag(*add("list", "all of them, without their keys", What::list), chosen.credentials.json);
  CLI::App* create = add("create", "a new credential; its key is shown once", What::create);
  create->add_option("--name", chosen.credentials.name, "what it is for");
  CLI::Option* read_only =
      create->add_flag("--read-only", chosen.credentials.read_only, "it may call what changes nothing");
  create->add_option("--actions", chosen.credentials.actions, "it may call these actions: A,B,C")
      ->delimiter(',')
      ->excludes(read_only);
  struct Change {
    const char* name;
    const char* help;
    What what;
  };
  const Change changes[] = {{"disable", "refuse calls with it from now on", What::disable},
                            {"enable", "accept calls with it again", What::enable},
                            {"delete", "delete a disabled one for good", What::remove}};
  for (const Change& change : changes) {
    CLI::App* command = add(change.name, change.help, change.what);
    command->add_option("credential", chosen.credentials.secret_id, "its id (AKID...)")->required();
  }
  CLI::App* reset = credentials->add_subcommand(
      "reset", "make a new credential of the first account when all are lost; the server must be stopped");
  add_settings_flags(*reset, chosen, chosen.serve);
  reset->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return reset_credentials(context, chosen.serve); };
  });
}

void add_users(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* users = app.add_subcommand("users", "people who use the web console");
  users->require_subcommand(1);
  CLI::App* list = users->add_subcommand("list", "all of them, beside a running server or without one");
  add_settings_flags(*list, chosen, chosen.serve);
  add_json_flag(*list, chosen.json);
  list->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return list_users(context, chosen.serve, chosen.json); };
  });
  CLI::App* reset =
      users->add_subcommand("reset",
                            "take a user's password, second factor and sessions away and print a link that "
                            "logs in once; the server must be stopped");
  add_settings_flags(*reset, chosen, chosen.serve);
  reset->add_option("name", chosen.user, "the user")->required();
  reset->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return reset_user(context, chosen.serve, chosen.user); };
  });
}

void add_audit(CLI::App& app, ParsedCommand& chosen) {
  AuditCommand& options = chosen.audit;
  CLI::App* audit = app.add_subcommand("audit", "who changed what and who came in, the newest first");
  add_access_flags(*audit, chosen);
  add_json_flag(*audit, options.json);
  audit->add_option("--account", options.app_id, "number of another account");
  audit->add_option("--actor", options.actor, "only this user or credential");
  audit->add_option("--action", options.action, "only this action, for example Login");
  audit->add_option("--since", options.since, "only from then, 'YYYY-MM-DD[ HH:MM:SS]', Beijing time");
  audit->add_option("--until", options.until, "only until then");
  audit->add_option("--limit", options.limit, "how many (20)")->check(CLI::Range(1, 100'000));
  CLI::Option* verify = audit->add_flag("--verify", chosen.verify,
                                        "check in the data folder that no entry was changed or removed; "
                                        "beside a running server or without one");
  add_settings_flags(*audit, chosen, chosen.serve);
  for (const char* filter : {"--account", "--actor", "--action", "--since", "--until", "--limit"})
    verify->excludes(audit->get_option(filter));
  audit->callback([&chosen] {
    chosen.run = [&chosen](Context& context) {
      return chosen.verify ? verify_audit(context, chosen.serve, chosen.audit.json)
                           : commands::audit(context, chosen.access(), chosen.audit);
    };
  });
}

void add_console(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* console = app.add_subcommand("console", "the web console");
  console->require_subcommand(1);
  CLI::App* link = console->add_subcommand(
      "link",
      "print a link that logs in once, within 15 minutes; without an owner: that makes the first one");
  add_settings_flags(*link, chosen, chosen.serve);
  link->add_option("--user", chosen.user, "whom it logs in (the oldest owner)");
  link->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return console_link(context, chosen.serve, chosen.user); };
  });
}

}  // namespace

void add_account_commands(CLI::App& app, ParsedCommand& chosen) {
  add_accounts(app, chosen);
  add_credentials(app, chosen);
  add_users(app, chosen);
  add_audit(app, chosen);
  add_console(app, chosen);
}

void add_webhook_commands(CLI::App& app, ParsedCommand& chosen) {
  using What = WebhooksCommand::What;
  CLI::App* webhooks = app.add_subcommand("webhooks", "where events are told, and what became of them");
  webhooks->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, What what) {
    CLI::App* command = webhooks->add_subcommand(name, help);
    add_access_flags(*command, chosen);
    command->callback([&chosen, what] {
      chosen.webhooks.what = what;
      chosen.run = [&chosen](Context& context) {
        return commands::webhooks(context, chosen.access(), chosen.webhooks);
      };
    });
    return command;
  };
  add_json_flag(*add("list", "all of them, without their secrets", What::list), chosen.webhooks.json);
  CLI::App* set =
      add("set", "tell events to a URL, or change what is named; the secret is shown once", What::set);
  set->add_option("url", chosen.webhooks.url, "http(s)://...; needed for a new one");
  set->add_option("--events", chosen.webhooks.kinds, "only these: bounce,spamreport,...; all: every kind")
      ->delimiter(',');
  CLI::Option* off = set->add_flag("--off", chosen.webhooks.off, "tell nothing for now");
  set->add_flag("--on", chosen.webhooks.on, "tell events again")->excludes(off);
  set->add_flag("--renew-secret", chosen.webhooks.renew_secret,
                "make a new secret; the former one signs beside it for a day");
  CLI::App* events = add("events", "events of a webhook, the newest first", What::events);
  add_json_flag(*events, chosen.webhooks.json);
  events->add_option("--state", chosen.webhooks.state, "waiting, accepted or given_up");
  events->add_option("--limit", chosen.webhooks.limit, "how many (20)")->check(CLI::Range(1, 100));
  CLI::App* again =
      add("redeliver", "tell events again: those named, of a time, or all given up", What::redeliver);
  again->add_option("event", chosen.webhooks.event_ids, "numbers of events");
  again->add_option("--since", chosen.webhooks.since, "all from then, 'YYYY-MM-DD[ HH:MM:SS]', Beijing time");
  again->add_option("--until", chosen.webhooks.until, "all until then");
  CLI::App* remove = add("delete", "tell nothing any more; what waits is forgotten", What::remove);
  for (CLI::App* command : {set, events, again, remove})
    command->add_option("--sender", chosen.webhooks.sender, "of this sender address, not of the account");
}

}  // namespace sesame::commands
