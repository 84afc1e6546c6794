#include <algorithm>
#include <array>
#include <memory>

#include "actions/mail_fields.hpp"
#include "actions/rooms.hpp"
#include "audience/blocks.hpp"
#include "audience/groups.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/tasks.hpp"
#include "content/composer.hpp"
#include "content/variables.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 23> kCodes{{
    {"campaigns.task_missing", "ResourceNotFound"},
    {"task.type_not_served", "UnsupportedOperation"},
    {"task.timed_missing", "MissingParameter.TimedParamNecessary"},
    {"task.cycle_missing", "MissingParameter.CycleParamNecessary"},
    {"task.group_not_ready", "OperationDenied.ReceiverStatusError"},
    {"task.variables_differ", "InvalidParameterValue.TemplateNotMatchData"},
    {"audience.group_missing", "OperationDenied.ReceiverNotExist"},
    {"mail.content_missing", "MissingParameter.SendParamNecessary"},
    {"mail.content_not_base64", "InvalidParameterValue.EmailContentIsWrong"},
    {"mail.content_too_large", "FailedOperation.EmailContentToolarge"},
    {"mail.custom_forbidden", "FailedOperation.WithOutPermission"},
    {"mail.attachment_not_base64", "InvalidParameterValue.AttachContentIsWrong"},
    {"mail.attachment_by_url", "InvalidParameterValue.EmailContentIsWrong"},
    {"mail.reply_to_malformed", "InvalidParameterValue"},
    {"senders.sender_malformed", "OperationDenied.SendAddressStatusError"},
    {"senders.sender_unknown", "OperationDenied.SendAddressStatusError"},
    {"senders.sender_not_verified", "OperationDenied.SendAddressStatusError"},
    {"content.template_missing", "OperationDenied.TemplateStatusError"},
    {"content.template_not_approved", "OperationDenied.TemplateStatusError"},
    {"content.not_json", "InvalidParameterValue.TemplateDataError"},
    {"content.not_plain", "InvalidParameterValue.TemplateDataError"},
    {"content.attachments_too_large", "FailedOperation.AttachContentToolarge"},
    {"content.attachment_name_illegal", "FailedOperation.InvalidAttachName"},
}};

constexpr std::uint64_t kNow = 1, kTimed = 2, kRecurring = 3;  // SES: BatchSendEmail.TaskType
constexpr std::string_view kAdvertisingMark = "(AD)";
constexpr std::size_t kBlocksPerPage = 1000;

/// SES: BatchSendEmail.ADLocation, 1 before the subject, 2 behind it.
std::string marked(std::string_view subject, std::uint64_t location) {
  if (location == 1) return std::string(kAdvertisingMark) + " " + std::string(subject);
  if (location == 2) return std::string(subject) + " " + std::string(kAdvertisingMark);
  return std::string(subject);
}

struct BatchRequest {
  std::int64_t group_id = 0;
  std::string sender;
  std::string subject;
  std::uint64_t advertising = 0;
  RequestedContent content;
};

Result<BatchRequest> decode(const Call& call, bool custom_content) {
  const Fields fields(call.parameters);
  const std::uint64_t type = fields.number("TaskType");
  if (type == kTimed && !fields.has("TimedParam"))
    return Error("task.timed_missing").with("name", "TimedParam");
  if (type == kRecurring && !fields.has("CycleParam"))
    return Error("task.cycle_missing").with("name", "CycleParam");
  if (type != kNow) {
    return Error("task.type_not_served").with("name", "TaskType").with("value", std::to_string(type));
  }
  BatchRequest request;
  request.group_id = static_cast<std::int64_t>(fields.number("ReceiverId"));
  request.sender = fields.text("FromEmailAddress");
  request.subject = fields.text("Subject");
  request.advertising = fields.number("ADLocation");
  Result<RequestedContent> content = read_content(fields, custom_content);
  if (!content) return std::move(content).error();
  request.content = std::move(*content);
  return request;
}

/// Every placeholder must have a value in each recipient's own data or, in a group without any, in the
/// task's.
Status check_variables(storage::Reader& reader, const BatchRequest& request,
                       const content::Composer& composer) {
  const std::vector<std::string> names = audience::variable_names(reader, request.group_id);
  content::Variables common;
  if (names.empty() && !request.content.template_data.empty()) {
    Result<content::Variables> parsed = content::parse_variables(request.content.template_data);
    if (!parsed) return std::move(parsed).error();
    common = std::move(*parsed);
  }
  std::string missing;
  for (const std::string& name : composer.variable_names()) {
    const bool known =
        names.empty() ? common.find(name) != nullptr : std::binary_search(names.begin(), names.end(), name);
    if (!known) missing += (missing.empty() ? "" : ", ") + name;
  }
  if (missing.empty()) return Done{};
  return Error("task.variables_differ").with("name", "Template").with("value", missing);
}

/// The group's blocks up to `bound`: what the run's ledger is made of.
std::vector<campaigns::OrdinalRange> ranges_of(storage::Reader& reader, std::int64_t group_id,
                                               std::uint32_t bound) {
  std::vector<campaigns::OrdinalRange> ranges;
  for (std::uint32_t next = 0; next < bound;) {
    const auto blocks = audience::list_blocks(reader, group_id, next, kBlocksPerPage);
    if (blocks.empty()) break;
    for (const audience::BlockRef& block : blocks) {
      if (block.first_ordinal >= bound) break;
      ranges.push_back({block.first_ordinal, std::min(block.count, bound - block.first_ordinal)});
    }
    next = blocks.back().first_ordinal + blocks.back().count;
  }
  return ranges;
}

Answer start(storage::Writer& writer, const Call& call, Random& random, const BatchRequest& request) {
  const accounts::Scope& scope = call.scope;
  Result<senders::ResolvedSender> sender = senders::resolve_sender(writer, scope, request.sender);
  if (!sender) return std::move(sender).error();
  Result<audience::Group> group = audience::find_group(writer, scope, request.group_id);
  if (!group) return std::move(group).error();
  if (group->status != audience::GroupStatus::uploaded || group->recipients == 0) {
    return Error("task.group_not_ready")
        .with("name", "ReceiverId")
        .with("value", std::to_string(request.group_id));
  }
  content::Mailing mailing;
  mailing.from = sender->mailbox;
  mailing.subject = marked(request.subject, request.advertising);
  mailing.missing = content::MissingPolicy::strict;
  if (Status status = fill_bodies(writer, scope, request.content, mailing); !status)
    return std::move(status).error();
  Result<content::Composer> composer = content::Composer::create(mailing);
  if (!composer) return std::move(composer).error();
  if (Status status = check_variables(writer, request, *composer); !status) return std::move(status).error();

  campaigns::NewTask task;
  task.scope = scope;
  task.app_id = call.app_id;
  task.group_id = request.group_id;
  task.group_name = group->name;
  task.sender = request.sender;
  task.sender_domain = sender->domain;
  task.subject = request.subject;
  task.template_id = request.content.template_id;
  task.template_data = request.content.template_data;
  task.mailing = content::pack_mailing(mailing, request.content.attachments);
  task.bound = static_cast<std::uint32_t>(group->recipients);
  task.requested = static_cast<std::int64_t>(group->recipients - group->invalid);
  task.now_ms = call.now_ms;
  const auto ranges = ranges_of(writer, request.group_id, task.bound);
  return json::object{{"TaskId", campaigns::start_task(writer, random, task, ranges)}};
}

Result<Work> batch_send_email(Call& call, const Rooms& rooms) {
  Result<BatchRequest> decoded = decode(call, rooms.custom_content);
  if (!decoded) return std::move(decoded).error();
  Call context = call;
  context.parameters.clear();
  // Shared: a copy of the job must not copy megabytes.
  const auto request = std::make_shared<const BatchRequest>(std::move(*decoded));
  return Work::write(
      [context = std::move(context), &random = rooms.random, request](storage::Writer& writer) -> Answer {
        return start(writer, context, random, *request);
      },
      rooms.wake_delivery);
}

json::object encode(const campaigns::Task& task) {
  return {{"TaskId", task.id},
          {"FromEmailAddress", task.sender},
          {"ReceiverId", task.group_id},
          {"TaskStatus", static_cast<unsigned>(task.status)},
          {"TaskType", task.type},
          {"RequestCount", task.requested},
          {"SendCount", task.sent()},
          {"CacheCount", task.waiting()},
          {"CreateTime", format_beijing_time(task.created_ms)},
          {"UpdateTime", format_beijing_time(task.updated_ms)},
          {"Subject", task.subject},
          {"Template", json::object{{"TemplateID", task.template_id}, {"TemplateData", task.template_data}}},
          {"CycleParam", nullptr},
          {"TimedParam", nullptr},
          {"ErrMsg", task.error},
          {"ReceiversName", task.group_name}};
}

Result<Work> list_send_tasks(Call& call) {
  const Fields fields(call.parameters);
  campaigns::TaskFilter filter;
  filter.status = fields.maybe_number("Status");
  filter.group_id = fields.maybe_number("ReceiverId");
  filter.type = fields.maybe_number("TaskType");
  return Work::read(
      [scope = call.scope, filter, offset = static_cast<std::int64_t>(fields.number("Offset")),
       limit = static_cast<std::int64_t>(fields.page_limit())](storage::Reader& reader) -> Answer {
        const campaigns::TaskPage page = campaigns::list_tasks(reader, scope, filter, offset, limit);
        json::array data;
        for (const campaigns::Task& task : page.tasks) data.push_back(encode(task));
        return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
      });
}

Result<Work> get_send_task(Call& call) {
  const auto id = static_cast<std::int64_t>(Fields(call.parameters).number("TaskId"));
  return Work::quick_read([scope = call.scope, id](storage::Reader& reader) -> Answer {
    const Result<campaigns::Task> task = campaigns::get_task(reader, scope, id);
    if (!task) return task.error();
    json::object answer{{"Task", encode(*task)}};
    answer["DeliveredCount"] = task->delivered;
    answer["RefusedCount"] = task->refused;
    answer["DroppedCount"] = task->dropped;
    answer["DeferredCount"] = task->deferred;
    answer["SkippedCount"] = task->skipped + task->withheld;
    answer["StartTime"] = format_beijing_time(task->started_ms);
    answer["FinishTime"] = task->finished_ms ? format_beijing_time(*task->finished_ms) : std::string();
    return answer;
  });
}

}  // namespace

void add_task_actions(cloudapi::ActionTable& table, const Rooms& rooms) {
  table.add({"BatchSendEmail", kSesVersion, false,
             [rooms](Call& call) { return batch_send_email(call, rooms); }, kCodes});
  table.add({"ListSendTasks", kSesVersion, false, list_send_tasks, kCodes});
  table.add({"GetSendTask", kOwnVersion, false, get_send_task, kCodes});
}

}  // namespace sesame::actions
