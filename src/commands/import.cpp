#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "commands/commands.hpp"
#include "commands/csv.hpp"
#include "commands/errors.hpp"
#include "commands/groups.hpp"
#include "commands/import_file.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr std::chrono::milliseconds kPoll{200};
constexpr int kPollsMax = 3000;  // Ten minutes of merging.
constexpr std::size_t kBatchRecipients = 20'000;
constexpr const char* kOwnVersion = "2026-12-01";

struct Limits {
  std::uint64_t per_request = kBatchRecipients;
  std::uint64_t per_group = 0;  // 0: none.
};

/// The limits that the server's settings give. A credential that may upload but not ask for them gets the
/// defaults, and so does one of an older server: the uploads are refused by name where they do not fit.
Result<Limits> server_limits(ApiClient& client) {
  const Result<json::object> answer = client.call(kOwnVersion, "GetLimits", {});
  if (!answer && (fact(answer.error(), "code") == "AuthFailure.UnauthorizedOperation" ||
                  fact(answer.error(), "code") == "InvalidAction"))
    return Limits{};
  if (!answer) return answer.error();
  return Limits{answer->at("RecipientsPerRequest").to_number<std::uint64_t>(),
                answer->at("RecipientsPerGroup").to_number<std::uint64_t>()};
}

/// Writes the rows that are refused, whole, in a form that `import` reads again once they are mended.
class RefusedFile {
 public:
  explicit RefusedFile(std::string path) : path_(std::move(path)) {}

  Status add(const RefusedRow& row, const std::vector<std::string>& columns) {
    if (!out_.is_open()) {
      out_.open(path_, std::ios::trunc | std::ios::binary);
      std::vector<std::string> header(std::begin(kReportColumns), std::end(kReportColumns));
      header.insert(header.end(), columns.begin(), columns.end());
      write(header);
    }
    std::vector<std::string> cells{std::to_string(row.line), row.address, row.reason};
    cells.insert(cells.end(), row.cells.begin(), row.cells.end());
    write(cells);
    return state();
  }
  Status close() {
    if (!out_.is_open()) return Done{};
    out_.close();
    return state();
  }
  const std::string& path() const { return path_; }

 private:
  void write(const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) out_ << (i == 0 ? "" : ",") << csv_cell(cells[i]);
    out_ << '\n';
  }
  Status state() const {
    if (out_) return Done{};
    return Error(errors::kFile)
        .with("problem", fmt::format("cannot write the refused rows into {}: {}; --report names another file",
                                     path_, std::strerror(errno)));
  }

  std::string path_;
  std::ofstream out_;
};

/// Waits until the group shows all recipients: accepted uploads are merged later.
Result<RemoteGroup> wait_until_merged(Context& context, ApiClient& client, std::uint64_t id,
                                      std::uint64_t expected) {
  Progress progress(context.terminal, "merging", "recipients");
  for (int polls = 0; polls < kPollsMax; ++polls) {
    Result<RemoteGroup> group = find_group(client, {.name = "", .id = id});
    if (!group) return group;
    progress.show(std::min(group->recipients, expected), expected);
    constexpr std::uint64_t kUploading = 2;
    if (group->status != kUploading) return group;
    if (!context.pause.wait(kPoll)) return Error(errors::kStopped);
  }
  return Error(errors::kStillMerging);
}

/// One import, from the file to the group.
class Import {
 public:
  Import(Context& context, ApiClient& client, const ImportCommand& options)
      : context_(context), client_(client), options_(options) {}

  Status run() {
    Result<ImportFile> file = ImportFile::open(
        {options_.file, options_.encoding, {options_.email_column, options_.skipped_columns}},
        context_.pause);
    if (!file) return std::move(file).error();
    context_.terminal.note(file->description());
    const Result<Limits> limits = server_limits(client_);
    if (!limits) return limits.error();
    limits_ = *limits;
    // Before a group is created for the file.
    if (Status status = check(*file); !status) return status;
    if (Status status = find_target(); !status) return status;
    if (Status status = check_room(); !status) return status;
    if (Status status = make_group(); !status) return status;
    if (Status status = upload(*file); !status) return ended_early(std::move(status).error());
    return summarize();
  }

 private:
  Status check(ImportFile& file) {
    RefusedFile report(report_path());
    Result<ImportPlan> plan = file.check(
        limits_.per_group, [&](const RefusedRow& row) { return report.add(row, file.header()); },
        context_.pause);
    if (!plan) return std::move(plan).error();
    if (Status status = report.close(); !status) return status;
    plan_ = std::move(*plan);
    report_ = report.path();
    if (plan_.rows > plan_.refused) return Done{};
    if (plan_.rows == 0)
      return Error(errors::kImportFile)
          .with("problem", file.name() +
                               " has no recipients; nothing was stored. Write one address a line, "
                               "behind a line that names the columns if there are several");
    return Error(errors::kImportFile)
        .with("problem",
              fmt::format("all {} rows of {} are refused; nothing was stored. {} says why; mend the "
                          "rows there and import that file",
                          grouped(plan_.rows), file.name(), report_));
  }

  std::string report_path() const {
    if (!options_.report.empty()) return options_.report;
    return (options_.file == "-" ? "import" : options_.file) + ".refused.csv";
  }

  Status find_target() {
    Result<RemoteGroup> found = find_group(client_, {options_.group, options_.group_id});
    if (found) {
      group_ = std::move(*found);
      return Done{};
    }
    if (!found.error().is(errors::kGroupMissing) || options_.group_id != 0) return std::move(found).error();
    if (is_number(options_.group) && !options_.create) {
      return Error(errors::kGroupNameDigits)
          .with("value", options_.group)
          .with("region", client_.access().region);
    }
    return Done{};
  }

  /// Rows that the group has already are not counted twice, so a file that is too large by itself is refused,
  /// and one that may be too large is not.
  Status check_room() {
    if (limits_.per_group == 0) return Done{};
    const std::uint64_t present = group_ ? group_->recipients : 0;
    const std::string setting =
        fmt::format("a group may have {} (limits.recipients_per_group)", grouped(limits_.per_group));
    if (plan_.distinct > limits_.per_group)
      return Error(errors::kImportFile)
          .with("problem",
                fmt::format("the recipients of {} do not fit: it has more than {} different addresses, "
                            "and {}; nothing was stored. Raise the setting, or import parts of the "
                            "file into several groups",
                            options_.file, grouped(limits_.per_group), setting));
    if (present + plan_.distinct > limits_.per_group)
      context_.terminal.note(
          fmt::format("the group has {} recipients, the file {}, and {}: unless {} of the file "
                      "are in the group already, they will not all fit",
                      grouped(present), grouped(plan_.distinct), setting,
                      grouped(present + plan_.distinct - limits_.per_group)));
    return Done{};
  }

  Status make_group() {
    if (group_) return Done{};
    const Result<std::uint64_t> id = create_group(client_, options_.group, "");
    if (!id) return id.error();
    group_ = RemoteGroup{.id = *id, .name = options_.group};
    made_ = true;
    context_.terminal.note(fmt::format("there was no group `{}`; made it (number {})", options_.group, *id));
    return Done{};
  }

  Status upload(ImportFile& file) {
    Progress progress(context_.terminal, "uploading", "bytes");
    const auto advance = [&](std::uint64_t at, std::uint64_t size) { progress.show(at, size); };
    const std::size_t batch = std::min<std::size_t>(kBatchRecipients, limits_.per_request);
    return file.upload(client_, group_->id, batch, advance, context_.pause, done_);
  }

  /// An error in the middle: says what is stored, and leaves no empty group behind.
  Status ended_early(Error error) {
    if (done_.stored > 0) {
      context_.terminal.note(
          fmt::format("{} recipients of the file are stored in group {} `{}`; the same command "
                      "stores the rest and counts those as repeated",
                      grouped(done_.stored), group_->id, group_->name));
    } else if (made_ && client_.ses("DeleteReceiver", {{"ReceiverId", group_->id}})) {
      context_.terminal.note(
          fmt::format("nothing was stored; the new group `{}` is deleted again", group_->name));
    } else {
      context_.terminal.note("nothing of the file was stored");
    }
    return error;
  }

  Status summarize() {
    const Result<RemoteGroup> group = wait_until_merged(context_, client_, group_->id, done_.stored);
    if (!group) return group.error();
    context_.terminal.line(
        fmt::format("{} rows: {} stored, {} repeated, {} refused{}; group {} `{}` holds {} recipients",
                    grouped(plan_.rows), grouped(done_.stored), grouped(done_.repeated),
                    grouped(plan_.refused), plan_.refused > 0 ? " (see " + report_ + ")" : "", group->id,
                    group->name, grouped(group->recipients)));
    return Done{};
  }

  Context& context_;
  ApiClient& client_;
  const ImportCommand& options_;
  Limits limits_;
  ImportPlan plan_;
  std::string report_;
  std::optional<RemoteGroup> group_;
  bool made_ = false;
  ImportReport done_;
};

}  // namespace

int import_command(Context& context, ApiAccess access, const ImportCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  if (!client) return fail(context, client.error());
  return exit_status(context, Import(context, *client, options).run());
}

}  // namespace sesame::commands
