#include <fmt/format.h>

#include <fstream>

#include "commands/commands.hpp"
#include "commands/csv.hpp"
#include "commands/errors.hpp"
#include "commands/groups.hpp"
#include "commands/import_file.hpp"

namespace sesame::commands {

namespace {

constexpr std::chrono::milliseconds kPoll{200};
constexpr int kPollsMax = 3000;  // Ten minutes of merging.

/// Finds the group of that name, or creates it.
Result<std::uint64_t> group_id(ApiClient& client, const std::string& name) {
  const Result<RemoteGroup> found = find_group(client, name);
  if (found) return found->id;
  if (!found.error().is(errors::kGroupMissing)) return found.error();
  return create_group(client, name, "");
}

/// Waits until the group shows all recipients: accepted uploads are merged later.
Result<RemoteGroup> wait_until_merged(Context& context, ApiClient& client, std::uint64_t id,
                                      std::uint64_t expected) {
  Progress progress(context.terminal, "merging", "recipients");
  for (int polls = 0; polls < kPollsMax; ++polls) {
    Result<RemoteGroup> group = find_group(client, std::to_string(id));
    if (!group) return group;
    progress.show(std::min(group->recipients, expected), expected);
    constexpr std::uint64_t kUploading = 2;
    if (group->status != kUploading) return group;
    if (!context.pause.wait(kPoll)) return Error(errors::kStopped);
  }
  return Error(errors::kStillMerging);
}

}  // namespace

int import_command(Context& context, ApiAccess access, const ImportCommand& options) {
  const auto fail = [&](const Error& error) {
    context.terminal.complain(explain(error));
    return 1;
  };
  // Before a group is created for the file.
  if (!std::ifstream(options.file)) {
    return fail(Error(errors::kImportFile).with("problem", "cannot read " + options.file));
  }
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  if (!client) return fail(client.error());
  const Result<std::uint64_t> id = group_id(*client, options.group);
  if (!id) return fail(id.error());

  const std::string report_file = options.report.empty() ? options.file + ".refused.csv" : options.report;
  std::ofstream report;  // Opened with the first refused row.
  const auto refuse = [&](const RefusedRow& row) {
    if (!report.is_open()) {
      report.open(report_file, std::ios::trunc);
      report << "line,address,reason\n";
    }
    report << row.line << ',' << csv_cell(row.address) << ',' << csv_cell(row.reason) << '\n';
  };
  ImportOptions import;
  import.file = options.file;
  import.group_id = *id;
  import.email_column = options.email_column;
  Progress progress(context.terminal, "uploading", "bytes");
  const Result<ImportReport> done = import_file(
      *client, import, refuse, [&](std::uint64_t at, std::uint64_t size) { progress.show(at, size); });
  progress.finish();
  if (!done) return fail(done.error());
  const Result<RemoteGroup> group = wait_until_merged(context, *client, *id, done->stored);
  if (!group) return fail(group.error());
  context.terminal.line(
      fmt::format("{} rows: {} stored, {} repeated, {} refused{}; group {} `{}` holds {} recipients",
                  grouped(done->rows), grouped(done->stored), grouped(done->repeated), grouped(done->refused),
                  done->refused > 0 ? " (see " + report_file + ")" : "", group->id, group->name,
                  grouped(group->recipients)));
  return 0;
}

}  // namespace sesame::commands
