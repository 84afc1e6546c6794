#include <CLI/CLI.hpp>
#include <functional>

#include "commands/commands.hpp"
#include "commands/environment.hpp"

namespace sesame::commands {

namespace {

/// The parsed command line. `run` is the chosen command.
struct Command {
  ServeOptions serve;
  DemoOptions demo;
  CallOptions call;
  ImportCommand import;
  SendCommand send;
  TasksCommand tasks;
  InboxCommand inbox;
  AccountsCommand accounts;
  CredentialsCommand credentials;
  ClassifyCommand classify;
  WebhooksCommand webhooks;
  std::string endpoint, secret_id, region;
  std::vector<std::string> settings;  // --set KEY=VALUE
  std::function<int(Context&)> run;

  /// The access; flags win over the environment.
  ApiAccess access() const {
    ApiAccess access;
    const auto pick = [](const std::string& flag, std::initializer_list<const char*> names,
                         std::string fallback) {
      if (!flag.empty()) return flag;
      for (const char* name : names) {
        if (auto text = environment(name)) return *text;
      }
      return fallback;
    };
    access.endpoint = pick(endpoint, {"SESAME_ENDPOINT"}, access.endpoint);
    access.secret_id = pick(secret_id, {"TENCENTCLOUD_SECRET_ID", "SESAME_SECRET_ID"}, "");
    access.secret_key = Secret(pick("", {"TENCENTCLOUD_SECRET_KEY", "SESAME_SECRET_KEY"}, ""));
    access.token = Secret(pick("", {"TENCENTCLOUD_TOKEN"}, ""));
    access.region = pick(region, {"TENCENTCLOUD_REGION"}, access.region);
    return access;
  }
};

void add_settings_flags(CLI::App& command, Command& chosen, ServeOptions& serve) {
  command.add_option("--config", serve.config_file, "settings file (TOML)");
  command.add_option_function<std::string>(
      "--data-dir", [&serve](const std::string& text) { serve.flags["data_dir"] = text; },
      "folder of the data");
  command.add_option_function<std::string>(
      "--listen", [&serve](const std::string& text) { serve.flags["listen"] = text; },
      "HOST:PORT of the API");
  command
      .add_option("--set", chosen.settings, "KEY=VALUE: any setting but a secret; `sesame config` lists them")
      ->take_all();
  command.parse_complete_callback([&chosen, &serve] {
    for (const std::string& each : chosen.settings) {
      const std::size_t equals = each.find('=');
      if (equals == std::string::npos) throw CLI::ValidationError("--set", "write KEY=VALUE, not " + each);
      serve.flags[each.substr(0, equals)] = each.substr(equals + 1);
    }
  });
}

/// Refuses --secret-key. Other programs accept the key as a flag, so people try; as an unknown flag, `call`
/// would send it as a parameter.
void refuse_key(CLI::App& command) {
  const auto refuse = [](const std::string&) {
    throw CLI::ValidationError("--secret-key",
                               "every user of this machine can read command lines; set "
                               "TENCENTCLOUD_SECRET_KEY in the environment instead");
  };
  command.add_option_function<std::string>("--secret-key", refuse)->group("");  // Not in the help.
}

void add_access_flags(CLI::App& command, Command& chosen) {
  command.add_option("--endpoint", chosen.endpoint,
                     "where the API is (SESAME_ENDPOINT; http://127.0.0.1:8080)");
  command.add_option(
      "--secret-id", chosen.secret_id,
      "credential (TENCENTCLOUD_SECRET_ID); its key comes from TENCENTCLOUD_SECRET_KEY only, the "
      "token of a temporary one from TENCENTCLOUD_TOKEN");
  refuse_key(command);
  command.add_option("--region", chosen.region, "region (TENCENTCLOUD_REGION; ap-guangzhou)");
}

void add_server_commands(CLI::App& app, Command& chosen) {
  CLI::App* serve = app.add_subcommand("serve", "run the server until Ctrl-C");
  add_settings_flags(*serve, chosen, chosen.serve);
  serve->add_flag(
      "--allow-debugging", chosen.serve.allow_debugging,
      "let debuggers and profilers of the same user in, and let a crash write a core file; both show "
      "secrets");
  serve->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return commands::serve(context, chosen.serve); };
  });
  CLI::App* config = app.add_subcommand("config", "print the effective settings and where each came from");
  add_settings_flags(*config, chosen, chosen.serve);
  config->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return print_config(context, chosen.serve); };
  });
  CLI::App* demo = app.add_subcommand("demo", "run the server and mail the example campaign into its inbox");
  add_settings_flags(*demo, chosen, chosen.demo.serve);
  demo->add_option("--examples", chosen.demo.examples, "folder of the example files");
  demo->add_flag("--once", chosen.demo.once, "stop after the summary");
  demo->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return commands::demo(context, chosen.demo); };
  });
}

void add_call(CLI::App& app, Command& chosen) {
  CLI::App* call =
      app.add_subcommand("call", "call any action: sesame call ListReceivers --Offset 0 --Limit 10");
  add_access_flags(*call, chosen);
  call->set_help_flag();  // --help belongs to the action.
  call->add_option("action", chosen.call.action, "the action; without one: a list of all");
  call->add_option("--version", chosen.call.version, "API version");
  call->add_option("--json", chosen.call.json, "all parameters as JSON text or @FILE");
  call->add_flag("-h,--help", chosen.call.help, "what the action does and takes");
  call->add_flag("--zh", chosen.call.chinese, "in Chinese");
  call->allow_extras();
  call->callback([&chosen, call] {
    chosen.call.flags = call->remaining();
    chosen.run = [&chosen](Context& context) {
      return commands::call(context, chosen.access(), chosen.call);
    };
  });
}

void add_group_commands(CLI::App& app, Command& chosen) {
  CLI::App* upload = app.add_subcommand("import", "upload a CSV file of any size into a recipient group");
  add_access_flags(*upload, chosen);
  upload->add_option("file", chosen.import.file, "CSV file; its first row may name the columns")->required();
  upload->add_option("--group", chosen.import.group, "group, by name or number; made when missing")
      ->required();
  upload->add_option("--email-column", chosen.import.email_column, "column of the address");
  upload->add_option("--report", chosen.import.report, "where refused rows are written (FILE.refused.csv)");
  upload->callback([&chosen] {
    chosen.run = [&chosen](Context& context) {
      return import_command(context, chosen.access(), chosen.import);
    };
  });
  CLI::App* send = app.add_subcommand("send", "mail a recipient group now");
  add_access_flags(*send, chosen);
  send->add_option("--group", chosen.send.group, "group, by name or number")->required();
  send->add_option("--from", chosen.send.from, "sender: address or `Name <address>`")->required();
  send->add_option("--subject", chosen.send.subject, "subject; may hold {{variables}}")->required();
  send->add_option("--template", chosen.send.template_id, "number of the template")->required();
  send->add_option("--data", chosen.send.data,
                   "JSON object of variables for a group without data of its own");
  send->add_option("--reply-to", chosen.send.reply_to, "where answers go");
  send->add_flag("--watch", chosen.send.watch, "show progress until it has finished");
  send->callback([&chosen] {
    chosen.run = [&chosen](Context& context) {
      return commands::send(context, chosen.access(), chosen.send);
    };
  });
}

void add_task_commands(CLI::App& app, Command& chosen) {
  CLI::App* tasks = app.add_subcommand("tasks", "list send tasks; pause, resume or stop one");
  add_access_flags(*tasks, chosen);
  tasks->add_option("task", chosen.tasks.task_id, "number of one task, for --watch");
  tasks->add_flag("--watch", chosen.tasks.watch, "show the newest (or the given) task until it has finished");
  tasks->require_subcommand(0, 1);
  const auto add_control = [&](const char* name, const char* help, TasksCommand::What what) {
    CLI::App* command = tasks->add_subcommand(name, help);
    add_access_flags(*command, chosen);
    command->add_option("task", chosen.tasks.task_id, "number of the task")->required();
    command->callback([&chosen, what] { chosen.tasks.what = what; });
  };
  add_control("pause", "mail nobody new until it is resumed", TasksCommand::What::pause);
  add_control("resume", "go on with a paused task", TasksCommand::What::resume);
  add_control("stop", "end a task for good", TasksCommand::What::stop);
  tasks->callback([&chosen] {
    chosen.run = [&chosen](Context& context) {
      return commands::tasks(context, chosen.access(), chosen.tasks);
    };
  });
  CLI::App* inbox = app.add_subcommand("inbox", "look into the sandbox inbox");
  inbox->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, InboxCommand::What what) {
    CLI::App* command = inbox->add_subcommand(name, help);
    add_access_flags(*command, chosen);
    command->callback([&chosen, what] {
      chosen.inbox.what = what;
      chosen.run = [&chosen](Context& context) {
        return commands::inbox(context, chosen.access(), chosen.inbox);
      };
    });
    return command;
  };
  CLI::App* list = add("list", "the newest mails", InboxCommand::What::list);
  list->add_option("--to", chosen.inbox.to, "only where the recipient contains this");
  list->add_option("--subject", chosen.inbox.subject, "only where the subject contains this");
  list->add_option("--limit", chosen.inbox.limit, "how many (up to 100)");
  list->add_option("--offset", chosen.inbox.offset, "how many to skip");
  CLI::App* show = add("show", "print a mail as it would have left", InboxCommand::What::show);
  show->add_option("mail", chosen.inbox.mail_id, "number of the mail")->required();
  CLI::App* save = add("save", "write a mail into a file", InboxCommand::What::save);
  save->add_option("mail", chosen.inbox.mail_id, "number of the mail")->required();
  save->add_option("file", chosen.inbox.file, "the file, for example mail.eml")->required();
  add("clear", "delete all mails", InboxCommand::What::clear);
}

void add_account_commands(CLI::App& app, Command& chosen) {
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
  add("list", "all accounts", AccountsCommand::What::list);
  CLI::App* create = add("create", "a new account and its first credential", AccountsCommand::What::create);
  create->add_option("name", chosen.accounts.name, "what people call it")->required();
}

void add_credential_commands(CLI::App& app, Command& chosen) {
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
  add("list", "all of them, without their keys", What::list);
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
}

void add_webhook_commands(CLI::App& app, Command& chosen) {
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
  add("list", "all of them, without their secrets", What::list);
  CLI::App* set = add("set", "tell events to a URL; the secret is shown once", What::set);
  set->add_option("url", chosen.webhooks.url, "http(s)://...")->required();
  set->add_option("--events", chosen.webhooks.kinds, "only these: bounce,spamreport,...")->delimiter(',');
  set->add_flag("--off", chosen.webhooks.off, "tell nothing for now");
  set->add_flag("--renew-secret", chosen.webhooks.renew_secret, "make a new secret");
  CLI::App* events = add("events", "events of a webhook, the newest first", What::events);
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

void add_classify(CLI::App& app, Command& chosen) {
  CLI::App* classify = app.add_subcommand("classify", "say what bounce mails mean; needs no server");
  CLI::Option* files =
      classify->add_option("files", chosen.classify.files, "mails, one a file; - is standard input");
  classify->add_flag("--json", chosen.classify.json, "as a JSON list");
  classify->add_option("--with", chosen.classify.rules_file,
                       "file of rules of your own, tried first (SESAME_BOUNCES_RULES)");
  CLI::Option* rules = classify->add_flag("--rules", chosen.classify.show_rules, "print the built-in rules");
  rules->excludes(files);
  classify->callback([&chosen] {
    if (chosen.classify.files.empty() && !chosen.classify.show_rules)
      throw CLI::RequiredError("a file, - or --rules");
    chosen.run = [&chosen](Context& context) { return commands::classify(context, chosen.classify); };
  });
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app("Sesame: bulk and transactional mail behind the Tencent Cloud SES API.", "sesame");
  app.set_version_flag("--version", SESAME_VERSION);
  app.require_subcommand(1);
  Command chosen;
  add_server_commands(app, chosen);
  add_call(app, chosen);
  add_group_commands(app, chosen);
  add_task_commands(app, chosen);
  add_account_commands(app, chosen);
  add_credential_commands(app, chosen);
  add_classify(app, chosen);
  add_webhook_commands(app, chosen);
  CLI11_PARSE(app, argc, argv);
  const SystemClock clock;
  Pause pause;
  Terminal terminal(clock);
  Context context{terminal, pause};
  return chosen.run(context);
}

}  // namespace sesame::commands
