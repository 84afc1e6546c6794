#include "campaigns/launch.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "audience/blocks.hpp"
#include "audience/groups.hpp"
#include "base/id_text.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/unsubscribe_default.hpp"
#include "content/composer.hpp"
#include "content/errors.hpp"
#include "content/template.hpp"
#include "content/templates.hpp"
#include "content/variables.hpp"
#include "senders/addresses.hpp"

namespace sesame::campaigns {

namespace {

constexpr std::size_t kBlocksPerPage = 1000;

/// Checks that no braces of the mail would be mailed as they stand.
Status check_placeholders(const content::Mailing& mailing) {
  for (const auto& [field, text] : {std::pair("Subject", &mailing.subject), std::pair("Html", &mailing.html),
                                    std::pair("Text", &mailing.text)}) {
    if (std::optional<std::string> illegal = content::find_illegal_placeholder(*text); illegal)
      return Error(content::errors::kPlaceholderIllegal)
          .with("name", field)
          .with("value", *std::move(illegal));
  }
  return Done{};
}

/// Checks that every variable has a value in each recipient's own data or, in a group without data, in the
/// task's.
Status check_variables(storage::Reader& reader, const TaskOrder& order, const content::Composer& composer) {
  const std::vector<std::string> names = audience::variable_names(reader, order.group_id);
  content::Variables common;
  if (names.empty() && !order.template_data.empty()) {
    Result<content::Variables> parsed = content::parse_variables(order.template_data);
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
  return Error(errors::kVariablesDiffer).with("name", "Template").with("value", missing);
}

/// The group's blocks up to `bound`, for the run's ledger.
std::vector<OrdinalRange> ranges_of(storage::Reader& reader, std::int64_t group_id, std::uint32_t bound) {
  std::vector<OrdinalRange> ranges;
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

/// Copies the mailing without its attachments, which may be megabytes and are packed from the original.
Result<content::Mailing> mailing_of(storage::Reader& reader, const TaskOrder& order,
                                    const senders::ResolvedSender& sender,
                                    const senders::Tracking& tracking) {
  content::Mailing mailing = order.draft;
  mailing.from = sender.mailbox;
  mailing.missing = content::MissingPolicy::strict;
  fill_unsubscribe(reader, order.scope, mailing);
  const senders::Tracking tracked =
      senders::tracking_of(reader, order.scope, sender.mailbox.address, tracking);
  mailing.track_opens = tracked.opens;
  mailing.track_clicks = tracked.clicks;
  if (order.template_id == 0) return mailing;
  auto found = content::sendable_template(reader, order.scope, order.template_id);
  if (!found) return std::move(found).error();
  mailing.html = std::move(found->html);
  mailing.text = std::move(found->text);
  return mailing;
}

}  // namespace

Result<PreparedRun> prepare_run(storage::Reader& reader, const TaskOrder& order, std::int64_t now_ms,
                                const senders::Tracking& tracking) {
  auto sender = senders::resolve_sender(reader, order.scope, order.sender);
  if (!sender) return std::move(sender).error();
  auto group = audience::find_group(reader, order.scope, order.group_id);
  if (!group) return std::move(group).error();
  // A group of nothing but malformed addresses has nobody to mail.
  if (group->status != audience::GroupStatus::uploaded || group->recipients <= group->invalid) {
    return Error(errors::kGroupNotReady).with("name", "ReceiverId").with("value", id_text(order.group_id));
  }
  auto mailing = mailing_of(reader, order, *sender, tracking);
  if (!mailing) return std::move(mailing).error();
  if (Status status = check_placeholders(*mailing); !status) return std::move(status).error();
  Result<content::Composer> composer = content::Composer::create(*mailing);
  if (!composer) return std::move(composer).error();
  if (Status status = check_variables(reader, order, *composer); !status) return std::move(status).error();

  PreparedRun run;
  run.task.scope = order.scope;
  run.task.app_id = order.app_id;
  run.task.group_id = order.group_id;
  run.task.group_name = group->name;
  run.task.sender = order.sender;
  run.task.sender_domain = sender->domain;
  run.task.subject = order.subject;
  run.task.template_id = order.template_id;
  run.task.template_data = order.template_data;
  run.task.mailing = content::pack_mailing(*mailing, order.attachments);
  run.task.bound = static_cast<std::uint32_t>(group->recipients);
  run.task.requested = static_cast<std::int64_t>(group->recipients - group->invalid);
  run.task.now_ms = now_ms;
  run.blocks = ranges_of(reader, order.group_id, run.task.bound);
  return run;
}

}  // namespace sesame::campaigns
