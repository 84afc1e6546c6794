#include "commands/parsed_command.hpp"

namespace sesame::commands {

namespace {

void run_sites(CLI::App& command, ParsedCommand& chosen, SitesCommand::What what) {
  command.callback([&chosen, what] {
    // A command inside of this one was called before, and names what is meant.
    if (chosen.sites.what == SitesCommand::What::sites) chosen.sites.what = what;
    chosen.run = [&chosen](Context& context) {
      return commands::sites(context, chosen.access(), chosen.sites);
    };
  });
}

}  // namespace

void add_site_commands(CLI::App& app, ParsedCommand& chosen) {
  using What = SitesCommand::What;
  SitesCommand& options = chosen.sites;
  CLI::App* sites =
      app.add_subcommand("sites", "receiving servers in mode direct: their state, pace and mail");
  sites->add_option("domain", options.domain, "the way of mail to this domain, with its limits and replies");
  sites->add_option("--state", options.state, "only sites in this state")
      ->check(CLI::IsMember({"untried", "up", "probing", "down", "held"}));
  sites->add_option("--order", options.order, "the first row: waiting most (the default), rate or until")
      ->check(CLI::IsMember({"waiting", "rate", "until"}));
  CLI::App* holds = app.add_subcommand("holds", "paths on which nothing is sent, since servers refused mail");
  holds->require_subcommand(0, 1);
  for (CLI::App* list : {sites, holds}) {
    add_access_flags(*list, chosen);
    list->add_option("--provider", options.provider, "only this provider of the rules; other: none");
    list->add_option("--limit", options.limit, "how many rows (100)")->check(CLI::Range(1, 100'000));
    add_json_flag(*list, options.json);
  }
  CLI::App* end = holds->add_subcommand("end", "end a hold before its time");
  add_access_flags(*end, chosen);
  end->add_option("path", options.path, "the path, as `holds` lists it: provider gmail")->required();
  run_sites(*sites, chosen, What::sites);
  run_sites(*holds, chosen, What::holds);
  run_sites(*end, chosen, What::end_hold);
}

void add_shaping_reload(CLI::App& shaping, ParsedCommand& chosen) {
  CLI::App* reload = shaping.add_subcommand("reload", "read delivery.rules of the running server again");
  add_access_flags(*reload, chosen);
  run_sites(*reload, chosen, SitesCommand::What::reload_rules);
}

}  // namespace sesame::commands
