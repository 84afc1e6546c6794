#include <algorithm>
#include <memory>
#include <utility>

#include "actions/batch_request.hpp"
#include "actions/families.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/dry_run.hpp"
#include "content/mail_check.hpp"
#include "content/rendering.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Language;
using cloudapi::Work;

namespace {

// Recipients that one call reads, in a few seconds; a further call goes on.
constexpr std::uint32_t kRecipientsPerCall = 1'000'000;

struct Request {
  BatchRequest batch;
  std::uint32_t from = 0;
  Language language = Language::en;
  std::int64_t now_ms = 0;
};

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
  if (!run.order.mailing) return;
  const content::MailCheck check = content::check_mail(*run.order.mailing, {nullptr, &parts.links});
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
  for (const Error& fault : run.order.faults) {
    const cloudapi::ApiError said = cloudapi::translate(fault, kTaskCodes, language);
    rows.push_back(json::object{{"Code", said.code}, {"Text", said.message}});
  }
  return rows;
}

json::array encode_samples(const campaigns::DryRun& run, const campaigns::TaskOrder& order) {
  json::array rows;
  for (const campaigns::DryRunSample& sample : run.samples) {
    const std::string& data = sample.data.empty() ? order.template_data : sample.data;
    content::Variables values;
    if (Result<content::Variables> read = content::parse_variables(data); read) values = std::move(*read);
    std::string subject;
    content::Template(run.order.mailing ? run.order.mailing->subject : order.draft.subject)
        .render(values, content::Escaping::header, subject);
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
  return {{"GroupCount", run.order.group ? run.order.group->recipients() : 0},
          {"RecipientCount", counts.recipients},
          {"UniqueCount", counts.recipients},
          {"ErasedCount", counts.erased},
          {"MalformedCount", counts.malformed},
          {"BouncedCount", counts.bounced},
          {"BlockedCount", counts.blocked},
          {"UnsubscribedCount", counts.unsubscribed},
          {"TooFrequentCount", counts.too_frequent},
          {"WithoutVariableCount", counts.without_value},
          {"MailedCount", counts.mailed},
          {"Position", run.next.value_or(0)}};
}

Answer dry_run(storage::Reader& reader, const Request& request, const TaskCheckParts& parts) {
  const campaigns::TaskOrder& order = request.batch.order;
  const Result<campaigns::DryRun> run =
      campaigns::dry_run(reader, order, {parts.filters, parts.quota, parts.tracking}, request.from,
                         kRecipientsPerCall, request.now_ms);
  if (!run) return run.error();
  Warnings warnings(request.language);
  if (const auto standstill = parts.standstill())
    warnings.add(messages::name_of(standstill->reason), messages::explain(standstill->reason));
  warn_of_recipients(*run, warnings);
  warn_of_content(*run, parts, warnings);
  json::object answer = encode_counts(*run);
  add_quota(answer, *run, parts, request.now_ms);
  json::array missing;
  for (const std::string& name : run->order.without_value) missing.emplace_back(name);
  answer["MissingVariables"] = std::move(missing);
  const std::string_view fine = warnings.empty() ? "ready" : "warnings";
  answer["Verdict"] = run->order.faults.empty() ? fine : "blocked";
  answer["Blocking"] = encode_faults(*run, request.language);
  answer["Warnings"] = warnings.take();
  answer["Samples"] = encode_samples(*run, order);
  return answer;
}

Result<Work> prepare(Call& call, const TaskCheckParts& parts) {
  Result<BatchRequest> batch = decode_batch(call, parts.rules);
  if (!batch) return std::move(batch).error();
  const Fields fields(call.parameters);
  const auto from =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(fields.number("Position"), UINT32_MAX));
  // Shared: a copy of the job must not copy megabytes.
  const auto request =
      std::make_shared<const Request>(Request{std::move(*batch), from, call.language, call.now_ms});
  return Work::read([request, parts](storage::Reader& reader) { return dry_run(reader, *request, parts); });
}

}  // namespace

void add_task_check_action(cloudapi::ActionTable& table, const TaskCheckParts& parts) {
  table.add({.name = "DryRunSendTask",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return prepare(call, parts); },
             .codes = kTaskCodes});
}

}  // namespace sesame::actions
