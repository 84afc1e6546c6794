#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "base/ascii.hpp"
#include "base/beijing_time.hpp"
#include "effects/complaints.hpp"
#include "effects/volumes.hpp"
#include "mime/address.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kStatisticsCodes[] = {
    {errors::kDateMalformed, "InvalidParameterValue.WrongDate"},
    {errors::kStartMalformed, "InvalidParameter.InvalidStartTimeFormat"},
    {errors::kEndMalformed, "InvalidParameter.InvalidEndTimeFormat"},
};

constexpr std::int64_t kDaysMax = 366;      // A year: the longest range of a report.
constexpr std::int64_t kComplaints = 1000;  // SES: GetAbuseReport.Limit, its default.

/// The domain as counted_domain() spells the domains of addresses.
std::string domain_filter(std::string_view domain) {
  return mime::ascii_domain(domain).value_or(ascii::lower(domain));
}

json::object encode_volume(std::int64_t day, const effects::Volume& volume) {
  return {{"SendDate", format_beijing_date(beijing_day_start_ms(day))},
          {"RequestCount", volume.requested},
          {"AcceptedCount", volume.accepted},
          {"DeliveredCount", volume.delivered},
          {"OpenedCount", volume.opened},
          {"ClickedCount", volume.clicked},
          {"BounceCount", volume.bounced},
          {"UnsubscribeCount", volume.unsubscribed}};
}

json::object encode_tracking(std::int64_t day, const effects::Volume& volume) {
  return {{"SendDate", format_beijing_date(beijing_day_start_ms(day))},
          {"DeliveredCount", volume.delivered},
          {"OpenedCount", volume.opened},
          {"ClickedCount", volume.clicked},
          {"MachineOpenedCount", volume.machine_opened},
          {"MachineClickedCount", volume.machine_clicked}};
}

using EncodeVolume = json::object (*)(std::int64_t day, const effects::Volume& volume);

Error wrong_date(const char* name, std::string_view value, const char* rule) {
  return Error(errors::kDateMalformed)
      .with("name", name)
      .with("value", std::string(value))
      .with("rule", rule)
      .with("limit", std::to_string(kDaysMax));
}

Result<Work> report_volumes(Call& call, EncodeVolume encode) {
  const Fields fields(call.parameters);
  const std::string_view start = fields.text("StartDate"), end = fields.text("EndDate");
  const Result<std::int64_t> first = parse_beijing_day(start);
  if (!first) return wrong_date("StartDate", start, "date");
  const Result<std::int64_t> last = parse_beijing_day(end);
  if (!last) return wrong_date("EndDate", end, "date");
  if (*last < *first) return wrong_date("EndDate", end, "day_order");
  if (*last - *first >= kDaysMax) return wrong_date("EndDate", end, "day_range");
  return Work::read(
      [scope = call.scope, encode, first = *first, last = *last,
       sender = domain_filter(fields.text("Domain")),
       recipient = domain_filter(fields.text("ReceivingMailboxType"))](storage::Reader& reader) -> Answer {
        effects::Volume overall;
        json::array days;
        for (const auto& [day, volume] :
             effects::daily_volumes(reader, {scope, first, last, sender, recipient})) {
          overall += volume;
          days.push_back(encode(day, volume));
        }
        return json::object{{"DailyVolumes", std::move(days)}, {"OverallVolume", encode(first, overall)}};
      });
}

json::object encode_complaint(const effects::Complaint& complaint) {
  const std::string complained = format_beijing_time(complaint.complained_ms);
  const std::int64_t delivered_ms = complaint.delivered_ms;
  return {{"DeliverTime", delivered_ms == 0 ? std::string() : format_beijing_time(delivered_ms)},
          {"OriginalMailFrom", complaint.from_address},
          {"OriginalRcptTo", complaint.to_address},
          {"FromDomain", effects::counted_domain(complaint.from_address)},
          {"ComplainTime", complained},
          {"Mta", effects::counted_domain(complaint.to_address)},
          {"SourceIp", complaint.source_ip},
          {"InsertTime", format_beijing_time(complaint.inserted_ms)},
          {"TemplateId", complaint.template_id},
          {"BulkId", complaint.bulk_id},
          {"MessageId", complaint.header_id},
          {"AbuseTime", complained},
          {"Subject", complaint.subject}};
}

struct ComplaintTexts {
  std::string from_domain, from_address, to_domain, to_address, template_id;
};

Result<Work> get_abuse_report(Call& call) {
  const Fields fields(call.parameters);
  const std::string start(fields.text("StartTime")), end(fields.text("EndTime"));
  const Result<std::int64_t> from = parse_beijing_time(start);
  if (!from) return Error(errors::kStartMalformed).with("value", start);
  const Result<std::int64_t> to = parse_beijing_time(end);
  if (!to || moment_end_ms(end, *to) <= *from) return Error(errors::kEndMalformed).with("value", end);
  effects::ComplaintFilter filter;
  filter.from_ms = *from;
  filter.to_ms = moment_end_ms(end, *to);
  filter.offset = static_cast<std::int64_t>(fields.number("Offset"));
  const std::uint64_t limit = fields.number("Limit");
  filter.limit = limit == 0 ? kComplaints : static_cast<std::int64_t>(limit);
  ComplaintTexts texts{domain_filter(fields.text("FromDomain")), std::string(fields.text("FromAddress")),
                       domain_filter(fields.text("Mta")), std::string(fields.text("ToAddress")),
                       std::string(fields.text("TemplateId"))};
  return Work::read(
      [scope = call.scope, filter, texts = std::move(texts)](storage::Reader& reader) mutable -> Answer {
        filter.from_domain = texts.from_domain;
        filter.from_address = texts.from_address;
        filter.to_domain = texts.to_domain;
        filter.to_address = texts.to_address;
        filter.template_id = texts.template_id;
        const effects::ComplaintPage page = effects::list_complaints(reader, scope, filter);
        json::array data;
        for (const effects::Complaint& complaint : page.complaints)
          data.push_back(encode_complaint(complaint));
        return json::object{{"Data", std::move(data)}, {"TotalCount", page.total}};
      });
}

}  // namespace

void add_statistics_actions(cloudapi::ActionTable& table) {
  table.add({.name = "GetStatisticsReport",
             .version = kSesVersion,
             .prepare = [](Call& call) { return report_volumes(call, encode_volume); },
             .codes = kStatisticsCodes});
  table.add({.name = "GetTrackingReport",
             .version = kOwnVersion,
             .prepare = [](Call& call) { return report_volumes(call, encode_tracking); },
             .codes = kStatisticsCodes});
  table.add({.name = "GetAbuseReport",
             .version = kSesVersion,
             .prepare = get_abuse_report,
             .codes = kStatisticsCodes});
}

}  // namespace sesame::actions
