#include <fmt/format.h>

#include "commands/parsed_command.hpp"

namespace sesame::commands {

namespace {

constexpr std::string_view kFiles =
    ".SH FILES\n"
    ".TP\n.I /etc/sesame/sesame.toml\n"
    "The settings, unless \\-\\-config, SESAME_CONFIG or ./sesame.toml name others.\n"
    ".TP\n.I /var/lib/sesame\n"
    "The data of an installed server: its database and its master key.\n"
    ".TP\n.I /var/lib/sesame/first\\-credential\n"
    "The credential that the package made for a server without data; move it away once it is kept "
    "elsewhere.\n";

/// The text for roff: `\` and `-` stand for themselves, and no line of it is a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char each : text) {
    const bool begins_line = out.empty() || out.back() == '\n';
    if (begins_line && (each == '.' || each == '\'')) out += "\\&";
    if (each == '\\')
      out += "\\e";
    else if (each == '-')
      out += "\\-";
    else
      out += each;
  }
  return out;
}

bool shown(const CLI::Option& option) {
  return !option.get_group().empty() && !option.check_lname("help");  // The group of hidden flags is empty.
}

/// The name of an option and the word for its value: `--config TEXT`, or `GROUP` for a positional one.
std::string usage_of(const CLI::Option& option) {
  std::string usage = option.get_positional() ? option.get_name(true) : option.get_name(false, true);
  if (!option.get_positional() && option.get_type_size() != 0) usage += " " + option.get_type_name();
  if (option.get_expected_max() == CLI::detail::expected_max_vector_size) usage += " ...";
  return usage;
}

void append_command(std::string& page, const CLI::App& command, const std::string& path) {
  page += fmt::format(".SS {}\n{}\n", roff(path), roff(command.get_description()));
  for (const CLI::Option* option : command.get_options()) {
    if (!shown(*option)) continue;
    page += fmt::format(".TP\n.B {}\n{}\n", roff(usage_of(*option)), roff(option->get_description()));
  }
  for (const CLI::App* each : command.get_subcommands({}))
    append_command(page, *each, path + " " + each->get_name());
}

}  // namespace

std::string manual_page(const CLI::App& app, const std::string& version) {
  std::string page = fmt::format(".TH SESAME 1 \"\" \"Sesame {}\" \"User Commands\"\n", roff(version));
  page += ".SH NAME\nsesame \\- engine for bulk and transactional mail\n";
  page += ".SH SYNOPSIS\n.B sesame\n.I COMMAND\n[\\fIOPTION\\fR ...]\n";
  page += fmt::format(".SH DESCRIPTION\n{}\n", roff(app.get_description()));
  page += ".SH COMMANDS\n";
  for (const CLI::App* each : app.get_subcommands({}))
    append_command(page, *each, "sesame " + each->get_name());
  page += kFiles;
  page += fmt::format(".SH NOTES\n{}\n", roff(app.get_footer()));
  return page;
}

}  // namespace sesame::commands
