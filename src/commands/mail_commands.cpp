#include "commands/parsed_command.hpp"
#include "commands/task_recipients.hpp"

namespace sesame::commands {

namespace {

void add_import(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* upload = app.add_subcommand("import", "upload a CSV file of any size into a recipient group");
  add_access_flags(*upload, chosen);
  ImportCommand& import = chosen.import;
  upload->add_option("file", import.file, "CSV file; its first row may name the columns; - is standard input")
      ->required();
  CLI::Option* name = upload->add_option("--group", import.group, "name of the group; made when missing");
  CLI::Option* number = upload->add_option("--group-id", import.group_id, "number of a group that is there");
  number->excludes(name)->check(CLI::PositiveNumber);
  upload->add_flag("--create", import.create, "make the group also when its name consists of digits");
  upload->add_option("--email-column", import.email_column, "name of the column of the addresses");
  upload->add_option("--skip-column", import.skipped_columns, "name of a column that is left out")
      ->take_all();
  upload->add_option("--encoding", import.encoding,
                     "encoding of the file, for example GB18030; else it is found");
  upload->add_option("--report", import.report, "where refused rows are written (FILE.refused.csv)");
  upload->callback([&chosen] {
    if (chosen.import.group.empty() && chosen.import.group_id == 0)
      throw CLI::RequiredError("--group NAME or --group-id NUMBER");
    chosen.run = [&chosen](Context& context) {
      return import_command(context, chosen.access(), chosen.import);
    };
  });
}

/// Adds --state, a list of states of recipients.
CLI::Option* add_state_option(CLI::App& command, std::vector<std::string>& states, const char* help) {
  return command.add_option("--state", states, help)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(std::vector<std::string>(kRecipientStates.begin(), kRecipientStates.end())));
}

/// A new task needs a sender, a subject, a group and a template; one that is sent again has them.
void check_send(const SendCommand& send) {
  if (send.again != 0) {
    if (send.states.empty()) throw CLI::RequiredError("--state STATE[,STATE]");
    return;
  }
  if (send.from.empty()) throw CLI::RequiredError("--from");
  if (send.subject.empty()) throw CLI::RequiredError("--subject");
  if (send.group.empty() && send.group_id == 0 && send.test.empty())
    throw CLI::RequiredError("--group NAME, --group-id NUMBER or --test ADDRESS");
  if (send.template_name.empty() && send.template_id == 0)
    throw CLI::RequiredError("--template NAME or --template-id NUMBER");
}

void add_cap_options(CLI::App& send, campaigns::Caps& caps, CLI::Option* test) {
  constexpr std::int64_t kMostMails = 1'000'000'000;
  constexpr std::int64_t kMostHours = 720;
  send.add_option("--per-hour", caps.mails_per_hour, "begin at most so many mails an hour, evenly")
      ->check(CLI::Range(std::int64_t{1}, kMostMails))
      ->excludes(test);
  send.add_option("--per-day", caps.mails_per_day, "begin at most so many mails in 24 hours, evenly")
      ->check(CLI::Range(std::int64_t{1}, kMostMails))
      ->excludes(test);
  send.add_option("--over", caps.spread_hours, "spread the recipients over so many hours, evenly")
      ->type_name("HOURS")
      ->check(CLI::Range(std::int64_t{1}, kMostHours))
      ->excludes(test);
}

void add_again_options(CLI::App& send, SendCommand& options) {
  CLI::Option* again = send.add_option(
      "--again", options.again, "number of an ended task: sends it again to its recipients in --state");
  again->check(CLI::PositiveNumber);
  CLI::Option* state = add_state_option(send, options.states,
                                        "with --again: states of the recipients who are mailed, for example "
                                        "dropped,withheld (`sesame tasks recipients --help` has them all)");
  state->needs(again);
  for (const char* other : {"--group", "--group-id", "--from", "--subject", "--template", "--template-id",
                            "--data", "--reply-to", "--unsubscribe", "--test", "--dry-run"})
    again->excludes(send.get_option(other));
}

void add_send(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* send = app.add_subcommand(
      "send",
      "mail a recipient group, now or later, one address as a test, or some recipients of an "
      "ended task again");
  add_access_flags(*send, chosen);
  SendCommand& options = chosen.send;
  CLI::Option* name = send->add_option("--group", options.group, "name of the group");
  send->add_option("--group-id", options.group_id, "number of the group")
      ->excludes(name)
      ->check(CLI::PositiveNumber);
  send->add_option("--from", options.from, "sender: address or `Name <address>`");
  send->add_option("--subject", options.subject, "subject; may hold {{variables}}");
  CLI::Option* letter =
      send->add_option("--template", options.template_name,
                       "name of the template, or its number where no template has that name");
  send->add_option("--template-id", options.template_id, "number of the template")
      ->excludes(letter)
      ->check(CLI::PositiveNumber);
  send->add_option("--data", options.data,
                   "JSON object of variables for a group without data of its own, or for a test mail");
  send->add_option("--reply-to", options.reply_to, "where answers go");
  send->add_option(
          "--unsubscribe", options.unsubscribe,
          "unsubscribe link: 0 none, 1 Simplified Chinese, 2 English, 3 Traditional Chinese, 4 Spanish, "
          "5 French, 6 German, 7 Japanese, 8 Korean, 9 Arabic, 10 Thai, 11 Indonesian, 12 Vietnamese")
      ->check(CLI::Range(0, 12));
  CLI::Option* test =
      send->add_option("--test", options.test,
                       "mail this address only, once, with --data or what the group's first recipient has");
  send->add_option("--at", options.at,
                   "begin then: 2026-12-01T09:00:00+01:00, or '2026-12-01 09:00' in `display.time_zone`")
      ->excludes(test);
  add_cap_options(*send, options.caps, test);
  CLI::Option* watch =
      send->add_flag("--watch", options.watch, "show progress until it has finished")->excludes(test);
  send->add_flag("--dry-run", options.dry_run,
                 "mail nobody; say who would be mailed, who not and why, and what is in the way")
      ->excludes(test)
      ->excludes(watch);
  add_again_options(*send, options);
  add_json_object_flag(*send, options.json);
  send->callback([&chosen] {
    check_send(chosen.send);
    chosen.run = [&chosen](Context& context) {
      return commands::send(context, chosen.access(), chosen.send);
    };
  });
}

void add_recipients(CLI::App& tasks, ParsedCommand& chosen) {
  TasksCommand& options = chosen.tasks;
  CLI::App* command = tasks.add_subcommand("recipients", "who of a task got the mail or did not, and why");
  add_access_flags(*command, chosen);
  add_json_flag(*command, options.json);
  command->add_option("task", options.task_id, "number of the task")->required();
  add_state_option(*command, options.states,
                   "only recipients in these states: delivered, refused, dropped, withheld, skipped, "
                   "deferred, waiting, stopped (all but delivered)");
  command->add_option("--csv", options.csv_file, "write all of them into a CSV file; - is standard output");
  command->add_option("--limit", options.limit, "how many (100 in a table, otherwise all)");
  command->callback([&options] { options.what = TasksCommand::What::recipients; });
}

void add_tasks(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* tasks =
      app.add_subcommand("tasks", "list send tasks; pause, resume or stop one; show who got its mail");
  add_access_flags(*tasks, chosen);
  add_json_flag(*tasks, chosen.tasks.json);
  tasks->add_option("task", chosen.tasks.task_id, "number of one task, for --watch");
  tasks->add_flag("--watch", chosen.tasks.watch, "show the newest (or the given) task until it has finished");
  tasks->require_subcommand(0, 1);
  CLI::App* list = tasks->add_subcommand("list", "the newest send tasks");
  add_access_flags(*list, chosen);
  add_json_flag(*list, chosen.tasks.json);
  const auto add_control = [&](const char* name, const char* help, TasksCommand::What what) {
    CLI::App* command = tasks->add_subcommand(name, help);
    add_access_flags(*command, chosen);
    command->add_option("task", chosen.tasks.task_id, "number of the task")->required();
    command->callback([&chosen, what] { chosen.tasks.what = what; });
  };
  add_control("pause", "mail nobody new until it is resumed", TasksCommand::What::pause);
  add_control("resume", "go on with a paused task", TasksCommand::What::resume);
  add_control("stop", "end a task for good", TasksCommand::What::stop);
  add_recipients(*tasks, chosen);
  tasks->callback([&chosen] {
    chosen.run = [&chosen](Context& context) {
      return commands::tasks(context, chosen.access(), chosen.tasks);
    };
  });
}

void add_inbox(CLI::App& app, ParsedCommand& chosen) {
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
  add_json_flag(*list, chosen.inbox.json);
  CLI::App* show = add("show", "print a mail for reading, or its bytes", InboxCommand::What::show);
  show->add_option("mail", chosen.inbox.mail_id, "number of the mail")->required();
  CLI::Option* raw = show->add_flag("--raw", chosen.inbox.raw, "byte for byte, as it would have left");
  add_json_object_flag(*show, chosen.inbox.json)->excludes(raw);
  CLI::App* save = add("save", "write a mail into a file", InboxCommand::What::save);
  save->add_option("mail", chosen.inbox.mail_id, "number of the mail")->required();
  save->add_option("file", chosen.inbox.file, "the file, for example mail.eml")->required();
  add("clear", "delete all mails", InboxCommand::What::clear);
}

void add_trace(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* trace = app.add_subcommand("trace", "what became of one mail, attempt by attempt");
  add_access_flags(*trace, chosen);
  trace->add_option("id", chosen.trace.message_id, "the mail's MessageId")->required();
  trace->add_option("--to", chosen.trace.to, "the recipient, when the mail has several; else the first");
  add_json_object_flag(*trace, chosen.trace.json);
  trace->callback([&chosen] {
    chosen.run = [&chosen](Context& context) {
      return commands::trace(context, chosen.access(), chosen.trace);
    };
  });
}

void add_stats(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* stats = app.add_subcommand("stats", "what became of the mail, by day (Beijing time)");
  add_access_flags(*stats, chosen);
  add_json_flag(*stats, chosen.stats.json);
  stats->add_option("--from", chosen.stats.from, "first day, YYYY-MM-DD (six days before the last)");
  stats->add_option("--to", chosen.stats.to, "last day, YYYY-MM-DD (today)");
  CLI::Option* domain =
      stats->add_option("--domain", chosen.stats.domain, "only mail from this sender domain");
  CLI::Option* to_domain = stats->add_option("--recipient-domain", chosen.stats.recipient_domain,
                                             "only mail to this domain, such as gmail.com");
  stats->add_option("--recipient", chosen.stats.recipient, "list the mails to this address, with their fate")
      ->excludes(domain)
      ->excludes(to_domain);
  stats->callback([&chosen] {
    chosen.run = [&chosen](Context& context) {
      return commands::stats(context, chosen.access(), chosen.stats);
    };
  });
}

}  // namespace

void add_mail_commands(CLI::App& app, ParsedCommand& chosen) {
  add_import(app, chosen);
  add_send(app, chosen);
  add_tasks(app, chosen);
  add_inbox(app, chosen);
  add_trace(app, chosen);
  add_stats(app, chosen);
}

}  // namespace sesame::commands
