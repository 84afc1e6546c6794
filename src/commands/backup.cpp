#include "storage/backup.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/beijing_time.hpp"
#include "commands/commands.hpp"
#include "commands/environment.hpp"
#include "commands/errors.hpp"
#include "commands/reload_note.hpp"
#include "server/hold_mark.hpp"
#include "server/options.hpp"
#include "server/restore.hpp"
#include "storage/errors.hpp"

namespace sesame::commands {

namespace {

/// A copy that is shown as it goes on and that Ctrl-C ends. Nothing is shown of one that does not begin.
class ShownCopy {
 public:
  ShownCopy(Context& context, std::string label) : context_(context), label_(std::move(label)) {}

  storage::CopyProgress progress() {
    return [this](std::uint64_t done, std::uint64_t total) {
      if (!progress_) progress_.emplace(context_.terminal, label_, "bytes");
      progress_->show(done, total);
      return !context_.pause.stopped();
    };
  }
  void finish() {
    if (progress_) progress_->finish();
  }

 private:
  Context& context_;
  const std::string label_;
  std::optional<Progress> progress_;
};

int fail_copy(Context& context, const Error& error) {
  return fail(context, error.is(storage::errors::kCopyStopped) ? Error(errors::kStopped) : error);
}

/// "12,345,678 bytes as of 2026-11-29 14:05:00 +01:00, schema version 37, by Sesame 0.2.0".
std::string described(const Context& context, const storage::BackupNote& note) {
  return fmt::format("{} bytes as of {}, schema version {}, by Sesame {}", grouped(note.bytes),
                     context.terminal.local_time(format_beijing_time(note.made_ms)), note.schema_version,
                     note.program);
}

}  // namespace

int backup(Context& context, const BackupCommand& options) {
  const Result<server::Settings> settings = load_settings(context, options.serve);
  if (!settings) return fail(context, settings.error());
  const Result<std::string> database = server::database_path(*settings);
  if (!database) return fail(context, database.error());
  const SystemClock clock;
  ShownCopy copy(context, "copying");
  const Result<storage::BackupNote> note = storage::back_up({.database = *database,
                                                             .file = options.file,
                                                             .program = SESAME_VERSION,
                                                             .replace = options.force,
                                                             .kept = {server::master_key_path(*settings)}},
                                                            clock, copy.progress());
  copy.finish();
  if (!note) return fail_copy(context, note.error());
  context.terminal.line(fmt::format("{}: {}", options.file, described(context, *note)));
  context.terminal.note(
      fmt::format("the master key is not inside: copy {} once, and keep it apart from the backups; without "
                  "it nobody reads "
                  "their passwords and keys, with it whoever has a backup does",
                  server::master_key_path(*settings)));
  return kExitDone;
}

int restore(Context& context, const RestoreCommand& options) {
  const Result<server::Settings> settings = load_settings(context, options.serve);
  if (!settings) return fail(context, settings.error());
  const SystemClock clock;
  ShownCopy copy(context, "restoring");
  const Result<server::RestoredFolder> restored = server::restore_folder(
      *settings, {.file = options.file, .master_key = options.master_key}, clock, copy.progress());
  copy.finish();
  if (!restored) return fail_copy(context, restored.error());
  context.terminal.line(fmt::format("{}: {}", restored->database, described(context, restored->note)));
  if (!restored->has_key) {
    context.terminal.note(fmt::format(
        "the master key is missing: put the one of the backup's server to {}, mode 0600, before the start",
        restored->master_key));
  }
  context.terminal.note(
      "delivery is held: the server will take calls, and mail, post and start nothing until `sesame "
      "resume-delivery`; first stop the tasks that were mailed since the backup (`sesame tasks`), and block "
      "who unsubscribed, bounced or was blocked since (`sesame block add`)");
  return kExitDone;
}

int resume_delivery(Context& context, const ServeOptions& options) {
  const Result<server::Settings> settings = load_settings(context, options);
  if (!settings) return fail(context, settings.error());
  const Result<std::string> database = server::database_path(*settings);
  if (!database) return fail(context, database.error());
  const bool was_held = server::find_hold_mark(*database).has_value();
  if (const Status removed = server::remove_hold_mark(*database); !removed)
    return fail(context, removed.error());
  if (!was_held) {
    context.terminal.line("delivery of " + *database + " is not held");
  } else if (const int holder = holder_of(*database); holder != 0) {
    context.terminal.line(fmt::format("delivery goes on: process {} mails again within a second", holder));
  } else {
    context.terminal.line("delivery goes on with the next start");
  }
  return kExitDone;
}

}  // namespace sesame::commands
