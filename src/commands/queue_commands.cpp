#include "commands/parsed_command.hpp"

namespace sesame::commands {

void add_queue_commands(CLI::App& app, ParsedCommand& chosen) {
  using What = QueueCommand::What;
  QueueCommand& options = chosen.queue;
  CLI::App* queue = app.add_subcommand("queue", "mail that waits to be delivered, by domain and age");
  add_access_flags(*queue, chosen);
  add_json_flag(*queue, options.json);
  queue->require_subcommand(0, 1);
  queue->add_option("--order", options.order, "the first row: waiting most (the default), age or next")
      ->check(CLI::IsMember({"waiting", "age", "next"}));
  const auto add = [&](const char* name, const char* help, What what) {
    CLI::App* command = queue->add_subcommand(name, help);
    add_access_flags(*command, chosen);
    command->add_option("domain", options.domain, "domain of the recipients");
    command->callback([&options, what] { options.what = what; });
    return command;
  };
  CLI::App* show = add("show", "mails one by one", What::show);
  CLI::App* pauses = add("pauses", "what is paused", What::pauses);
  CLI::App* pause =
      add("pause", "let mail to a domain, or of an account, wait until it is resumed", What::pause);
  CLI::App* resume = add("resume", "end a pause", What::resume);
  CLI::App* retry = add("retry", "try mail again now, all or what is named", What::retry);
  CLI::App* drop = add("drop", "give mail up that waits now", What::drop);
  queue->add_option("--domain", options.domain, "only mail to this domain");
  for (CLI::App* command : {queue, show, pauses, pause, resume, retry, drop})
    command->add_option("--account", options.app_id, "only mail of this account, by its number");
  for (CLI::App* command : {queue, show, pauses})
    command->add_option("--limit", options.limit, "how many rows (100)")->check(CLI::Range(1, 100'000));
  for (CLI::App* command : {show, pauses}) add_json_flag(*command, options.json);
  for (CLI::App* command : {show, retry, drop})
    command->add_option("--task", options.task_id, "only mail of this task")->check(CLI::PositiveNumber);
  for (CLI::App* command : {pause, drop})
    command->add_option("--reason", options.reason, "why, for those who look later")->required();
  drop->parse_complete_callback([&options] {
    if (options.domain.empty() && options.app_id == 0 && options.task_id == 0)
      throw CLI::RequiredError("a domain, --account NUMBER or --task NUMBER");
  });
  for (CLI::App* command : {pause, resume}) {
    command->parse_complete_callback([&options] {
      if (options.domain.empty() && options.app_id == 0)
        throw CLI::RequiredError("a domain or --account NUMBER");
    });
  }
  retry->add_flag("--end-holds", options.end_holds,
                  "also end the holds before mail to the domain, or all (`holds`)");
  drop->add_flag("--yes", options.yes, "drop it; without this it is only counted");
  pause->add_option("--until", options.until,
                    "end by itself then: 2026-12-01T09:00:00+01:00, or '2026-12-01 09:00' in "
                    "`display.time_zone`");
  queue->callback([&chosen] {
    chosen.run = [&chosen](Context& context) {
      return commands::queue(context, chosen.access(), chosen.queue);
    };
  });
}

}  // namespace sesame::commands
