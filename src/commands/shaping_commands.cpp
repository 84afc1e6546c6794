#include "commands/parsed_command.hpp"

namespace sesame::commands {

namespace {

CLI::App* add_shaping(CLI::App& group, ParsedCommand& chosen, ShapingCommand::What what, const char* name,
                      const char* help) {
  CLI::App* command = group.add_subcommand(name, help);
  command->callback([&chosen, what] {
    chosen.shaping.what = what;
    chosen.run = [&chosen](Context& context) { return commands::shaping(context, chosen.shaping); };
  });
  return command;
}

void add_rules_flag(CLI::App& command, ShapingCommand& options) {
  command.add_option("--rules", options.files,
                     "files over the shipped rules, the later one wins (SESAME_DELIVERY_RULES)");
  add_json_object_flag(command, options.json);
}

}  // namespace

void add_shaping_commands(CLI::App& app, ParsedCommand& chosen) {
  using What = ShapingCommand::What;
  ShapingCommand& options = chosen.shaping;
  CLI::App* group =
      app.add_subcommand("shaping", "limits and reply rules of providers in mode direct (delivery.rules)");
  group->require_subcommand(1);
  CLI::App* check =
      add_shaping(*group, chosen, What::check, "check", "all faults of files, as delivery.rules names them");
  check->add_option("files", options.files, "the files; the later one wins")->required();
  CLI::App* test =
      add_shaping(*group, chosen, What::test, "test", "what a server's reply means for delivery");
  test->add_option("reply", options.reply, "the reply with its codes: '550 5.7.1 blocked'")->required();
  test->add_option("--host", options.host, "the server that said it; without one no provider's rule fits");
  test->add_option("--stage", options.stage, "conn, helo, mail, rcpt or data (rcpt)")
      ->check(CLI::IsMember({"conn", "helo", "mail", "rcpt", "data"}, CLI::ignore_case));
  add_rules_flag(*test, options);
  CLI::App* rules =
      add_shaping(*group, chosen, What::rules, "rules", "limits and rules, and where each is from");
  rules->add_option("--provider", options.provider, "this provider alone, with all its limits");
  add_rules_flag(*rules, options);
  CLI::App* explain =
      add_shaping(*group, chosen, What::explain, "explain", "the limits of a domain, and where each is from");
  explain->add_option("domain", options.domain, "the domain of recipients")->required();
  explain->add_option(
      "--mx", options.mx,
      "the names of all its servers; without them the running server is asked, as by `sites`");
  add_rules_flag(*explain, options);
  explain->callback([&chosen] {
    chosen.shaping.what = What::explain;
    if (chosen.shaping.mx.empty()) {
      chosen.sites.domain = chosen.shaping.domain;
      chosen.sites.json = chosen.shaping.json;
      chosen.run = [&chosen](Context& context) {
        return commands::sites(context, chosen.access(), chosen.sites);
      };
    } else {
      chosen.run = [&chosen](Context& context) { return commands::shaping(context, chosen.shaping); };
    }
  });
  add_access_flags(*explain, chosen);
  add_shaping_reload(*group, chosen);
}

}  // namespace sesame::commands
