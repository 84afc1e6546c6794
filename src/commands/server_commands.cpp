#include "commands/parsed_command.hpp"

namespace sesame::commands {

void add_server_commands(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* serve = app.add_subcommand("serve", "run the server until Ctrl-C");
  add_settings_flags(*serve, chosen, chosen.serve);
  serve->add_flag(
      "--allow-debugging", chosen.serve.allow_debugging,
      "let debuggers and profilers of the same user in, and let a crash write a core file; both show "
      "secrets");
  serve->add_flag(
      "--print-secrets", chosen.serve.print_secrets,
      "print the first credential also to a pipe or a file; otherwise only a terminal shows it, and "
      "a service writes it to the file first-credential in the data folder");
  serve->add_flag("--hold-delivery", chosen.serve.hold_delivery,
                  "take calls, but mail, post and start nothing until `sesame resume-delivery`, whatever "
                  "restarts");
  serve->callback([&chosen] {
    chosen.serves = true;
    chosen.run = [&chosen](Context& context) { return commands::serve(context, chosen.serve); };
  });
  CLI::App* reload = app.add_subcommand(
      "reload", "let the running server read its certificates, rules and log level again, as SIGHUP does");
  add_settings_flags(*reload, chosen, chosen.serve);
  reload->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return commands::reload(context, chosen.serve); };
  });
  CLI::App* config = app.add_subcommand("config", "print the effective settings and where each came from");
  add_settings_flags(*config, chosen, chosen.serve);
  add_json_flag(*config, chosen.json);
  config->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return print_config(context, chosen.serve, chosen.json); };
  });
  CLI::App* demo = app.add_subcommand("demo", "run the server and mail the example campaign into its inbox");
  add_settings_flags(*demo, chosen, chosen.demo.serve);
  demo->add_option("--examples", chosen.demo.examples, "folder of the example files");
  demo->add_flag("--once", chosen.demo.once, "stop after the summary");
  demo->callback([&chosen] {
    chosen.serves = true;
    chosen.run = [&chosen](Context& context) { return commands::demo(context, chosen.demo); };
  });
}

void add_call_commands(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* call = app.add_subcommand(
      "call", "call any action: sesame call ListReceivers --Offset 0 --Limit 10, or with one JSON object");
  add_access_flags(*call, chosen);
  call->set_help_flag();  // --help belongs to the action.
  call->add_option("action", chosen.call.action, "the action; without one: a list of all");
  call->add_option("--version", chosen.call.version, "API version");
  call->add_option("--json", chosen.call.json,
                   "all parameters as JSON text, @FILE or - (standard input); the same as an argument");
  call->add_flag("-h,--help", chosen.call.help, "what the action does and takes");
  call->add_flag("--zh", chosen.call.chinese, "in Chinese");
  call->allow_extras();
  call->callback([&chosen, call] {
    chosen.call.flags = call->remaining();
    chosen.run = [&chosen](Context& context) {
      return commands::call(context, chosen.access(), chosen.call);
    };
  });
  CLI::App* calls =
      app.add_subcommand("calls", "who called the API in the last 24 hours, and why it refused");
  add_access_flags(*calls, chosen);
  add_json_flag(*calls, chosen.calls.json);
  calls->add_option("id", chosen.calls.request_id, "RequestId of one call: all that is kept of it");
  calls->add_option("--action", chosen.calls.action, "only calls of this action");
  calls->add_option("--code", chosen.calls.code, "only calls refused with this code or a code of this kind");
  calls->add_option("--credential", chosen.calls.credential, "only calls of this SecretId or console user");
  calls->add_flag("--failed", chosen.calls.only_failed, "only refused calls");
  calls->add_option("--limit", chosen.calls.limit, "how many (20, up to 10,000)")
      ->check(CLI::Range(1, 10'000));
  calls->callback([&chosen] {
    chosen.run = [&chosen](Context& context) {
      return commands::calls(context, chosen.access(), chosen.calls);
    };
  });
  CLI::App* mcp = app.add_subcommand(
      "mcp", "let an agent use the API over standard input and output (Model Context Protocol)");
  add_access_flags(*mcp, chosen);
  mcp->add_flag("--read-only", chosen.mcp.read_only,
                "refuse what changes something, whatever the credential allows");
  mcp->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return commands::mcp(context, chosen.access(), chosen.mcp); };
  });
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

}  // namespace sesame::commands
