#include "commands/parsed_command.hpp"

namespace sesame::commands {

namespace {

/// A command with commands of its own; by itself it lists.
template <class Options>
class Subject {
 public:
  using Run = int (*)(Context&, ApiAccess, const Options&);

  Subject(CLI::App& app, ParsedCommand& chosen, const char* name, const char* help, const char* list_help,
          Options& options, Run run)
      : chosen_(chosen), options_(options), subject_(app.add_subcommand(name, help)) {
    subject_->require_subcommand(0, 1);
    subject_->callback([&chosen, &options, run] {
      chosen.run = [&chosen, &options, run](Context& context) {
        return run(context, chosen.access(), options);
      };
    });
    listings_ = {subject_, subject_->add_subcommand("list", list_help)};
    for (CLI::App* listing : listings_) {
      add_access_flags(*listing, chosen);
      add_json_flag(*listing, options.json);
    }
  }

  CLI::App& add(const char* name, const char* help, typename Options::What what) {
    CLI::App* command = subject_->add_subcommand(name, help);
    add_access_flags(*command, chosen_);
    command->callback([this_options = &options_, what] { this_options->what = what; });
    return *command;
  }
  /// The subject itself and its `list`, which take the same flags.
  const std::vector<CLI::App*>& listings() const { return listings_; }

 private:
  ParsedCommand& chosen_;
  Options& options_;
  CLI::App* subject_;
  std::vector<CLI::App*> listings_;
};

void add_page_flags(CLI::App& command, std::uint64_t& limit, std::uint64_t& offset) {
  command.add_option("--limit", limit, "how many (20, up to 100)")->check(CLI::Range(1, 100));
  command.add_option("--offset", offset, "how many to skip");
}

/// A name as an argument, or a number behind a flag.
void add_reference(CLI::App& command, std::string& name, std::uint64_t& id, const char* what,
                   const char* flag) {
  CLI::Option* argument = command.add_option("name", name, std::string("name of the ") + what);
  command.add_option(flag, id, std::string("number of the ") + what)
      ->excludes(argument)
      ->check(CLI::PositiveNumber);
  command.parse_complete_callback([&name, &id, flag] {
    if (name.empty() && id == 0) throw CLI::RequiredError(std::string("a name or ") + flag + " NUMBER");
  });
}

void add_groups(CLI::App& app, ParsedCommand& chosen) {
  using What = GroupsCommand::What;
  GroupsCommand& options = chosen.groups;
  Subject<GroupsCommand> groups(app, chosen, "groups", "recipient groups: list, create, show, delete",
                                "all recipient groups", options, commands::groups);
  CLI::App& create = groups.add("create", "make an empty group; `import` makes one by itself", What::create);
  create.add_option("name", options.name, "its name")->required();
  create.add_option("--description", options.description, "what it is for");
  CLI::App& show = groups.add("show", "a group and its recipients", What::show);
  show.add_option("--email", options.email, "only addresses that contain this");
  add_page_flags(show, options.limit, options.offset);
  CLI::App& remove = groups.add("delete", "delete a group with its recipients", What::remove);
  for (CLI::App* command : {&show, &remove})
    add_reference(*command, options.name, options.id, "group", "--group-id");
  for (CLI::App* command : {&create, &show, &remove}) add_json_object_flag(*command, options.json);
}

void add_templates(CLI::App& app, ParsedCommand& chosen) {
  using What = TemplatesCommand::What;
  TemplatesCommand& options = chosen.templates;
  Subject<TemplatesCommand> templates(app, chosen, "templates",
                                      "templates: list, create, update, show, delete", "all templates",
                                      options, commands::templates);
  CLI::App& create = templates.add("create", "make a template of files", What::create);
  create.add_option("name", options.name, "its name")->required();
  CLI::App& update = templates.add("update", "replace a template's html or text", What::update);
  CLI::App& show = templates.add("show", "print a template", What::show);
  show.add_option("--part", options.part, "only its `html` or its `text`, as it is")
      ->check(CLI::IsMember({"html", "text"}));
  CLI::App& remove = templates.add("delete", "delete a template; accepted mail still goes out", What::remove);
  for (CLI::App* command : {&create, &update}) {
    command->add_option("--html", options.html_file, "file of the html part, UTF-8; - is standard input");
    command->add_option("--text", options.text_file, "file of the text part, UTF-8; - is standard input");
  }
  for (CLI::App* command : {&update, &show, &remove})
    add_reference(*command, options.name, options.id, "template", "--template-id");
  const auto need_file = [&options] {
    if (options.html_file.empty() && options.text_file.empty())
      throw CLI::RequiredError("--html FILE or --text FILE");
  };
  for (const auto& [command, what] : {std::pair(&create, What::create), std::pair(&update, What::update)}) {
    command->callback([&options, need_file, what = what] {
      need_file();
      options.what = what;
    });
  }
  for (CLI::App* command : {&create, &update, &show, &remove}) add_json_object_flag(*command, options.json);
}

void add_domains(CLI::App& app, ParsedCommand& chosen) {
  using What = DomainsCommand::What;
  DomainsCommand& options = chosen.domains;
  Subject<DomainsCommand> domains(app, chosen, "domains", "sender domains: list, add, check, show, delete",
                                  "all sender domains", options, commands::domains);
  CLI::App& add = domains.add("add", "add a domain, and say which DNS records it needs", What::add);
  add.add_option("--dkim", options.dkim_bits, "bits of its DKIM key: 1024 or 2048")
      ->check(CLI::IsMember({1024, 2048}));
  CLI::App& check = domains.add("check", "look the domain's DNS records up now", What::check);
  CLI::App& show = domains.add("show", "the domain's DNS records as they were found last", What::show);
  CLI::App& remove =
      domains.add("delete", "delete a domain that has no senders, with its keys", What::remove);
  for (CLI::App* command : {&add, &check, &show, &remove}) {
    command->add_option("domain", options.domain, "the domain, for example mail.shop.example")->required();
    add_json_object_flag(*command, options.json);
  }
  for (CLI::App* command : {&add, &check, &show}) {
    command->add_flag("--zone", options.zone, "the records as lines for a zone file")
        ->excludes(command->get_option("--json"));
  }
}

void add_senders(CLI::App& app, ParsedCommand& chosen) {
  using What = SendersCommand::What;
  SendersCommand& options = chosen.senders;
  Subject<SendersCommand> senders(app, chosen, "senders", "sender addresses: list, add, delete",
                                  "all sender addresses", options, commands::senders);
  CLI::App& add = senders.add("add", "add an address at a verified domain", What::add);
  add.add_option("--name", options.name, "name that recipients see");
  CLI::App& remove = senders.add("delete", "delete an address with its settings", What::remove);
  for (CLI::App* command : {&add, &remove}) {
    command->add_option("address", options.address, "the address")->required();
    add_json_object_flag(*command, options.json);
  }
}

void add_block(CLI::App& app, ParsedCommand& chosen) {
  using What = BlockCommand::What;
  BlockCommand& options = chosen.block;
  Subject<BlockCommand> block(app, chosen, "block", "addresses that are not mailed: list, add, remove",
                              "the newest blocked addresses", options, commands::block);
  for (CLI::App* listing : block.listings()) {
    listing->add_option("--email", options.email, "only this address");
    listing->add_flag("--expired", options.expired, "also entries whose last day has passed");
    add_page_flags(*listing, options.limit, options.offset);
  }
  CLI::App& add = block.add("add", "mail these addresses no more", What::add);
  add.add_option("--until", options.until, "last day, YYYY-MM-DD, Beijing time (for ever)");
  CLI::App& remove = block.add("remove", "mail these addresses again", What::remove);
  for (CLI::App* command : {&add, &remove}) {
    command->add_option("address", options.addresses, "the addresses")->required();
    add_json_object_flag(*command, options.json);
  }
  for (CLI::App* command : {block.listings().front(), block.listings().back(), &remove})
    command->add_flag("--bounced", options.bounced,
                      "the list of addresses that bounced for good, in place of your own");
}

}  // namespace

void add_setup_commands(CLI::App& app, ParsedCommand& chosen) {
  add_domains(app, chosen);
  add_senders(app, chosen);
  add_templates(app, chosen);
  add_groups(app, chosen);
  add_block(app, chosen);
}

}  // namespace sesame::commands
