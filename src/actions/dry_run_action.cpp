#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "actions/batch_request.hpp"
#include "actions/caller_rights.hpp"
#include "actions/families.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/dry_run_jobs.hpp"
#include "content/mail_check.hpp"
#include "content/rendering.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Language;
using cloudapi::Work;

namespace {

constexpr const char* kName = "DryRunSendTask";

class Warnings {
 public:
  explicit Warnings(Language language) : language_(language) {}
  void add(std::string_view rule, std::string_view text) {
    rows_.push_back(json::object{{"Rule", rule}, {"Text", cloudapi::phrase_in(language_, text)}});
  }
  bool empty() const { return rows_.empty(); }
  json::array take() { return std::move(rows_); }

 private:
  const Language language_;
  json::array rows_;
};

void warn_of_content(const campaigns::DryRun& run, const TaskCheckParts& parts, Warnings& warnings) {
  if (!run.order->mailing) return;
  const content::MailCheck check = content::check_mail(*run.order->mailing, {nullptr, &parts.links});
  std::string_view last;
  for (const content::Finding& finding : check.findings.sorted()) {
    const bool repeated = finding.rule->name == last;
    if (finding.rule->level == content::FindingLevel::hint || repeated) continue;
    last = finding.rule->name;
    warnings.add(finding.rule->name, finding.rule->text);
  }
}

void warn_of_recipients(const campaigns::DryRun& run, Warnings& warnings) {
  const campaigns::DryRunCounts& counts = run.counts;
  if (counts.recipients > 0 && counts.mailed == 0) warnings.add("nobody_mailed", "Nobody would be mailed.");
  const std::uint64_t withheld = counts.bounced + counts.blocked + counts.unsubscribed + counts.too_frequent;
  constexpr std::uint64_t kMany = 10;  // One in ten.
  if (counts.mailed > 0 && withheld * kMany > counts.recipients)
    warnings.add("many_withheld", "More than a tenth of the recipients would be withheld.");
  if (run.quota_left && counts.mailed > static_cast<std::uint64_t>(*run.quota_left))
    warnings.add("quota",
                 "The sender domain's mails of today do not suffice: the rest waits for the next day.");
}

json::array encode_faults(const campaigns::DryRun& run, Language language) {
  json::array rows;
  for (const Error& fault : run.order->faults) {
    const cloudapi::ApiError said = cloudapi::translate(fault, kTaskCodes, language);
    rows.push_back(json::object{{"Code", said.code}, {"Text", said.message}});
  }
  return rows;
}

json::array encode_samples(const campaigns::DryRun& run) {
  json::array rows;
  for (const campaigns::DryRunSample& sample : run.samples) {
    const std::string& data = sample.data.empty() ? run.template_data : sample.data;
    content::Variables values;
    if (Result<content::Variables> read = content::parse_variables(data); read) values = std::move(*read);
    std::string subject;
    if (run.order->mailing)
      content::Template(run.order->mailing->subject).render(values, content::Escaping::header, subject);
    rows.push_back(json::object{{"Reason", sample.reason},
                                {"Number", sample.number},
                                {"Email", sample.address},
                                {"TemplateData", data},
                                {"Subject", subject}});
  }
  return rows;
}

void add_quota(json::object& answer, const campaigns::DryRun& run, const TaskCheckParts& parts,
               std::int64_t now_ms) {
  const std::int64_t left = run.quota_left.value_or(0);
  const auto mailed = static_cast<std::int64_t>(run.counts.mailed);
  answer["QuotaPerDay"] = run.quota_left ? parts.quota.mails_max() : 0;
  answer["QuotaLeft"] = left;
  const bool waits = run.quota_left && mailed > left;
  answer["QuotaWaitCount"] = waits ? mailed - left : 0;
  answer["QuotaRenewTime"] =
      run.quota_left ? format_beijing_time(campaigns::DailyQuota::renewed_ms(now_ms)) : std::string();
}

json::object encode_counts(const campaigns::DryRun& run) {
  const campaigns::DryRunCounts& counts = run.counts;
  return {{"GroupCount", run.order->group ? run.order->group->recipients() : 0},
          {"RecipientCount", counts.recipients},
          {"UniqueCount", counts.recipients},
          {"ErasedCount", counts.erased},
          {"MalformedCount", counts.malformed},
          {"BouncedCount", counts.bounced},
          {"BlockedCount", counts.blocked},
          {"UnsubscribedCount", counts.unsubscribed},
          {"TooFrequentCount", counts.too_frequent},
          {"WithoutVariableCount", counts.without_value},
          {"MailedCount", counts.mailed}};
}

std::string_view name_of(campaigns::DryRunJobs::State state) {
  using State = campaigns::DryRunJobs::State;
  if (state == State::running) return "running";
  return state == State::finished ? "finished" : "stopped";
}

std::string_view verdict_of(const campaigns::DryRun& run, bool warned) {
  if (!run.order->faults.empty()) return "blocked";
  if (!run.complete) return "unknown";
  return warned ? "warnings" : "ready";
}

/// When the last mail would begin at the rate of the caps; known when all recipients are judged.
std::string estimated_end(const campaigns::DryRunJobs::Progress& progress) {
  const campaigns::DryRunCounts& counts = progress.run.counts;
  if (!progress.run.complete) return {};
  const auto end_ms = campaigns::capped_end_ms(
      progress.pace.caps, static_cast<std::int64_t>(counts.recipients - counts.malformed),
      static_cast<std::int64_t>(counts.mailed), progress.pace.begin_ms);
  return end_ms ? format_beijing_time(*end_ms) : std::string();
}

/// The state so far; the warnings that need all recipients come with a finished one only.
json::object encode(const campaigns::DryRunJobs::Progress& progress, const TaskCheckParts& parts,
                    Language language, std::int64_t now_ms) {
  const campaigns::DryRun& run = progress.run;
  Warnings warnings(language);
  if (const auto standstill = parts.standstill())
    warnings.add(messages::name_of(standstill->reason), messages::explain(standstill->reason));
  if (run.complete) {
    warn_of_recipients(run, warnings);
    warn_of_content(run, parts, warnings);
  }
  json::object answer = encode_counts(run);
  answer["DryRunId"] = progress.id;
  answer["State"] = name_of(progress.state);
  add_quota(answer, run, parts, now_ms);
  answer["EstimatedEndTime"] = estimated_end(progress);
  json::array missing;
  for (const std::string& name : run.order->without_value) missing.emplace_back(name);
  answer["MissingVariables"] = std::move(missing);
  answer["Verdict"] = verdict_of(run, !warnings.empty());
  answer["Blocking"] = encode_faults(run, language);
  answer["Warnings"] = warnings.take();
  answer["Samples"] = encode_samples(run);
  return answer;
}

campaigns::Caps read_caps(const Fields& fields) {
  return {fields.maybe_number("MailsPerHour").value_or(0), fields.maybe_number("MailsPerDay").value_or(0),
          fields.maybe_number("SpreadHours").value_or(0)};
}

using Progress = campaigns::DryRunJobs::Progress;

Result<Work> dry_run_send_task(Call& call, const TaskCheckParts& parts) {
  Result<BatchRequest> batch = decode_batch(call, parts.rules);
  if (!batch) return std::move(batch).error();
  // Shared: a copy of the work must not copy megabytes, and the order is dropped when it was read.
  const auto order = std::make_shared<std::shared_ptr<const campaigns::TaskOrder>>(
      std::make_shared<const campaigns::TaskOrder>(std::move(batch->order)));
  const campaigns::DryRunJobs::Pace pace{read_caps(Fields(call.parameters)),
                                         std::max(batch->schedule.begin_ms, call.now_ms)};
  const auto seen = std::make_shared<std::optional<Progress>>();
  Work work = Work::read([seen, parts, language = call.language, now_ms = call.now_ms](
                             storage::Reader&) -> Answer { return encode(**seen, parts, language, now_ms); });
  work.before = [order, pace, seen, parts,
                 may_go_on = rights_of(call, parts.keyring, kName)](std::function<void(Status)> done) {
    parts.jobs.begin(
        {std::exchange(*order, nullptr), pace, {parts.filters, parts.quota, parts.tracking}, may_go_on},
        [seen, done = std::move(done)](Result<Progress> progress) {
          if (!progress) return done(std::move(progress).error());
          seen->emplace(std::move(*progress));
          done(Done{});
        });
  };
  return work;
}

/// GetDryRun and StopDryRun.
using Ask = Result<Progress> (campaigns::DryRunJobs::*)(const accounts::Scope&, const std::string&);

Work ask_dry_run(const Call& call, const TaskCheckParts& parts, Ask ask) {
  return Work::read([parts, ask, scope = call.scope, language = call.language, now_ms = call.now_ms,
                     id = std::string(Fields(call.parameters).text("DryRunId"))](storage::Reader&) -> Answer {
    const Result<Progress> progress = (parts.jobs.*ask)(scope, id);
    if (!progress) return progress.error();
    return encode(*progress, parts, language, now_ms);
  });
}

}  // namespace

void add_task_check_action(cloudapi::ActionTable& table, const TaskCheckParts& parts) {
  table.add({.name = kName,
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return dry_run_send_task(call, parts); },
             .codes = kTaskCodes});
  constexpr std::array<std::pair<const char*, Ask>, 2> kAsking{
      {{"GetDryRun", &campaigns::DryRunJobs::find}, {"StopDryRun", &campaigns::DryRunJobs::stop}}};
  for (const auto& [name, ask] : kAsking) {
    table.add(
        {.name = name,
         .version = kOwnVersion,
         .prepare = [parts, ask = ask](Call& call) { return Result<Work>(ask_dry_run(call, parts, ask)); },
         .codes = kTaskCodes});
  }
}

}  // namespace sesame::actions
