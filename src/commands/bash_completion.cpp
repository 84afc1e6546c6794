#include <fmt/format.h>

#include "cloudapi/description.hpp"
#include "commands/parsed_command.hpp"

namespace sesame::commands {

namespace {

/// The words that may follow a command: its commands and flags, and behind `call` the actions.
std::string words_of(const CLI::App& command) {
  std::string words;
  const auto add = [&](const std::string& word) { words += (words.empty() ? "" : " ") + word; };
  for (const CLI::App* each : command.get_subcommands({})) add(each->get_name());
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;  // Not in the help.
    for (const std::string& name : option->get_lnames()) add("--" + name);
  }
  if (command.get_name() == "call") {
    for (const auto& action : cloudapi::description().actions) add(action.name);
  }
  return words;
}

void append_cases(std::string& steps, std::string& words, const CLI::App& command, const std::string& path) {
  words += fmt::format("    \"{}\") words=\"{}\" ;;\n", path, words_of(command));
  for (const CLI::App* each : command.get_subcommands({})) {
    const std::string below = path + " " + each->get_name();
    steps += fmt::format("      \"{}\") path=\"{}\" ;;\n", below, below);
    append_cases(steps, words, *each, below);
  }
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string steps, words;
  append_cases(steps, words, app, "sesame");
  return "# Completion of sesame for bash: source <(sesame completion)\n"
         "_sesame() {\n"
         "  local path=sesame words= word i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    word=${COMP_WORDS[i]}\n"
         "    case \"$path $word\" in\n" +
         steps +
         "    esac\n"
         "  done\n"
         "  case \"$path\" in\n" +
         words +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
         "}\n"
         "complete -o default -F _sesame sesame\n";
}

}  // namespace sesame::commands
