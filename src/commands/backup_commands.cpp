#include "commands/parsed_command.hpp"

namespace sesame::commands {

void add_backup_commands(CLI::App& app, ParsedCommand& chosen) {
  CLI::App* backup = app.add_subcommand(
      "backup", "copy the database into one file, while the server works or not; without the master key");
  add_settings_flags(*backup, chosen, chosen.backup.serve);
  backup->add_option("file", chosen.backup.file, "the file; it must not exist")->required();
  backup->add_flag("--force", chosen.backup.force, "replace the file when the new backup is whole");
  backup->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return commands::backup(context, chosen.backup); };
  });
  CLI::App* restore = app.add_subcommand(
      "restore", "make a data folder of a backup; its delivery is held until `sesame resume-delivery`");
  add_settings_flags(*restore, chosen, chosen.restore.serve);
  restore->add_option("file", chosen.restore.file, "a file of `sesame backup`")->required();
  restore->add_option("--master-key", chosen.restore.master_key,
                      "the master key of the backup's server, to be copied into the data folder");
  restore->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return commands::restore(context, chosen.restore); };
  });
  CLI::App* resume = app.add_subcommand(
      "resume-delivery", "let a server mail that is held, because it was restored or started that way");
  add_settings_flags(*resume, chosen, chosen.serve);
  resume->callback([&chosen] {
    chosen.run = [&chosen](Context& context) { return resume_delivery(context, chosen.serve); };
  });
}

}  // namespace sesame::commands
