#include "commands/environment.hpp"
#include "commands/parsed_command.hpp"
#include "server/settings_file.hpp"

namespace sesame::commands {

namespace {

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

/// The setting display.time_zone. Commands show times also where the rest of the settings is wrong.
std::string shown_time_zone() {
  if (std::optional<std::string> zone = environment("SESAME_DISPLAY_TIME_ZONE"); zone) return *zone;
  const std::string file = settings_file({});
  if (file.empty()) return "";
  const auto values = server::read_settings_file(file);
  if (!values) return "";
  const auto found = values->find("display.time_zone");
  return found == values->end() ? "" : found->second.text;
}

/// The command of that name; nullptr when there is none.
const CLI::App* find_command(const CLI::App& app, const std::string& name) {
  const std::vector<const CLI::App*> found =
      app.get_subcommands([&](const CLI::App* each) { return each->get_name() == name; });
  return found.empty() ? nullptr : found.front();
}

/// Adds the commands about the program itself.
void add_own_commands(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* help = app.add_subcommand("help", "what the program, or one of its commands, does");
  help->add_option("command", chosen.topic, "the command");
  help->callback([&] {
    const CLI::App* topic = chosen.topic.empty() ? &app : find_command(app, chosen.topic);
    if (topic == nullptr) throw CLI::ValidationError("help", "there is no command " + chosen.topic);
    chosen.run = [topic](Context& context) {
      context.terminal.raw(topic->help());
      return kExitDone;
    };
  });
  app.add_subcommand("version", "print the version")->callback([&chosen] {
    chosen.run = [](Context& context) {
      context.terminal.line(SESAME_VERSION);
      return kExitDone;
    };
  });
  CLI::App* completion =
      app.add_subcommand("completion", "print a script that completes commands: source <(sesame completion)");
  completion->callback([&app, &chosen] {
    chosen.run = [&app](Context& context) {
      context.terminal.raw(bash_completion(app));
      return kExitDone;
    };
  });
  app.add_subcommand("man", "print the manual page: sesame man | man -l -")->callback([&app, &chosen] {
    chosen.run = [&app](Context& context) {
      context.terminal.raw(manual_page(app, SESAME_VERSION));
      return kExitDone;
    };
  });
}

/// Output that could not be written is a failure, whatever the command made of it.
int with_output_checked(Terminal& terminal, int status) {
  if (terminal.write_fault().empty()) return status;
  if (!terminal.output_closed()) terminal.complain("cannot write the output: " + terminal.write_fault());
  return status == kExitDone ? kExitFailed : status;
}

}  // namespace

ApiAccess ParsedCommand::access() const {
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
  access.ca_file = pick(ca_file, {"SESAME_CA"}, "");
  return access;
}

void add_settings_flags(CLI::App& command, ParsedCommand& chosen, ServeOptions& serve) {
  command.add_option("--config", serve.config_file,
                     "settings file (SESAME_CONFIG; else ./sesame.toml or /etc/sesame/sesame.toml)");
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

void add_access_flags(CLI::App& command, ParsedCommand& chosen) {
  command.add_option("--endpoint", chosen.endpoint,
                     "where the API is (SESAME_ENDPOINT; http://127.0.0.1:8080)");
  command.add_option(
      "--secret-id", chosen.secret_id,
      "credential (TENCENTCLOUD_SECRET_ID); its key comes from TENCENTCLOUD_SECRET_KEY only, the "
      "token of a temporary one from TENCENTCLOUD_TOKEN");
  refuse_key(command);
  command.add_option("--region", chosen.region, "region (TENCENTCLOUD_REGION; ap-guangzhou)");
  command.add_option("--ca", chosen.ca_file,
                     "PEM file of the certificate that signs an https endpoint's (SESAME_CA; the system's)");
}

void add_json_flag(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "as a JSON list, for programs");
}

CLI::Option* add_json_object_flag(CLI::App& command, bool& json) {
  return command.add_flag("--json", json, "as a JSON object, for programs");
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Sesame: bulk and transactional mail behind the Tencent Cloud SES API.", "sesame");
  app.set_version_flag("--version", SESAME_VERSION);
  app.require_subcommand(1);
  app.footer("Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.");
  ParsedCommand chosen;
  add_server_commands(app, chosen);
  add_backup_commands(app, chosen);
  add_call_commands(app, chosen);
  add_shaping_commands(app, chosen);
  add_mail_commands(app, chosen);
  add_queue_commands(app, chosen);
  add_site_commands(app, chosen);
  add_setup_commands(app, chosen);
  add_account_commands(app, chosen);
  add_webhook_commands(app, chosen);
  add_own_commands(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  set_time_zone(shown_time_zone());
  const SystemClock clock;
  Pause pause(chosen.serves ? Pause::Kind::server : Pause::Kind::client);
  Terminal terminal(clock);
  Context context{terminal, pause};
  return with_output_checked(terminal, chosen.run(context));
}

}  // namespace sesame::commands
