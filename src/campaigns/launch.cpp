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
#include "content/rendering.hpp"
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

/// The variables without a value: in each recipient's own data or, in a group without data, in the task's.
Result<std::vector<std::string>> find_missing(storage::Reader& reader, const TaskOrder& order,
                                              const std::vector<std::string>& variables) {
  const std::vector<std::string> names = audience::variable_names(reader, order.group_id);
  content::Variables common;
  if (names.empty() && !order.template_data.empty()) {
    Result<content::Variables> parsed = content::parse_variables(order.template_data);
    if (!parsed) return std::move(parsed).error();
    common = std::move(*parsed);
  }
  std::vector<std::string> missing;
  for (const std::string& name : variables) {
    const bool known =
        names.empty() ? common.find(name) != nullptr : std::binary_search(names.begin(), names.end(), name);
    if (!known) missing.push_back(name);
  }
  return missing;
}

Error variables_differ(const std::vector<std::string>& missing) {
  std::string names;
  for (const std::string& name : missing) names += (names.empty() ? "" : ", ") + name;
  return Error(errors::kVariablesDiffer).with("name", "Template").with("value", std::move(names));
}

/// The group's blocks up to `bound`, for the run's ledger.
std::vector<OrdinalRange> ranges_of(storage::Reader& reader, std::int64_t group_id, std::uint32_t bound) {
  std::vector<OrdinalRange> ranges;
  for (std::uint32_t next = 0; next < bound;) {
    const auto blocks = audience::list_blocks(reader, group_id, next, kBlocksPerPage);
    if (blocks.empty()) break;
    for (const audience::BlockRef& block : blocks) {
      if (block.first_ordinal >= bound) break;
      const bool removed = block.erased == block.count;
      ranges.push_back({.first = block.first_ordinal,
                        .recipients = std::min(block.count, bound - block.first_ordinal),
                        .block_id = block.erased > 0 && !removed ? block.id : 0,
                        .removed = removed});
    }
    next = blocks.back().first_ordinal + blocks.back().count;
  }
  return ranges;
}

/// Fills the mailing's bodies. The attachments stay in the order: they may be megabytes.
Result<content::Mailing> mailing_of(storage::Reader& reader, const TaskOrder& order) {
  content::Mailing mailing = order.draft;
  mailing.missing = content::MissingPolicy::strict;
  if (order.template_id == 0) return mailing;
  auto found = content::sendable_template(reader, order.scope, order.template_id);
  if (!found) return std::move(found).error();
  mailing.html = std::move(found->html);
  mailing.text = std::move(found->text);
  return mailing;
}

void address_mailing(storage::Reader& reader, const TaskOrder& order, const senders::ResolvedSender& sender,
                     const senders::Tracking& tracking, content::Mailing& mailing) {
  mailing.from = sender.mailbox;
  fill_unsubscribe(reader, order.scope, mailing);
  const senders::Tracking tracked =
      senders::tracking_of(reader, order.scope, sender.mailbox.address, tracking);
  mailing.track_opens = tracked.opens;
  mailing.track_clicks = tracked.clicks;
}

/// Takes the group; a fault when it cannot be mailed now.
void inspect_group(storage::Reader& reader, const TaskOrder& order, Inspection& found) {
  auto group = audience::find_group(reader, order.scope, order.group_id);
  if (!group) {
    found.faults.push_back(std::move(group).error());
    return;
  }
  // A group of nothing but malformed addresses has nobody to mail.
  if (group->status != audience::GroupStatus::uploaded || group->mailable() == 0) {
    found.faults.push_back(
        Error(errors::kGroupNotReady).with("name", "ReceiverId").with("value", id_text(order.group_id)));
  }
  found.group = std::move(*group);
}

/// Takes the content; needs the sender for what is composed.
void inspect_content(storage::Reader& reader, const TaskOrder& order, const senders::Tracking& tracking,
                     Inspection& found) {
  auto mailing = mailing_of(reader, order);
  if (!mailing) {
    found.faults.push_back(std::move(mailing).error());
    return;
  }
  if (found.sender) address_mailing(reader, order, *found.sender, tracking, *mailing);
  if (Status status = check_placeholders(*mailing); !status)
    found.faults.push_back(std::move(status).error());
  if (found.sender) {
    if (Status status = content::Composer::check(*mailing); !status)
      found.faults.push_back(std::move(status).error());
  }
  found.variables =
      content::placeholder_names({content::Template(mailing->subject), content::Template(mailing->html),
                                  content::Template(mailing->text)});
  found.mailing = std::move(*mailing);
  if (!found.group) return;
  Result<std::vector<std::string>> missing = find_missing(reader, order, found.variables);
  if (!missing) {
    found.faults.push_back(std::move(missing).error());
  } else if (!missing->empty()) {
    found.faults.push_back(variables_differ(*missing));
    found.without_value = std::move(*missing);
  }
}

}  // namespace

Inspection inspect_order(storage::Reader& reader, const TaskOrder& order, const senders::Tracking& tracking) {
  Inspection found;
  if (auto sender = senders::resolve_sender(reader, order.scope, order.sender)) {
    found.sender = std::move(*sender);
  } else {
    found.faults.push_back(std::move(sender).error());
  }
  inspect_group(reader, order, found);
  inspect_content(reader, order, tracking, found);
  return found;
}

Result<PreparedRun> prepare_run(storage::Reader& reader, const TaskOrder& order, std::int64_t now_ms,
                                const senders::Tracking& tracking) {
  Inspection found = inspect_order(reader, order, tracking);
  if (!found.faults.empty()) return std::move(found.faults.front());
  const audience::Group& group = *found.group;
  PreparedRun run;
  run.task.scope = order.scope;
  run.task.app_id = order.app_id;
  run.task.call = order.call;
  run.task.group_id = order.group_id;
  run.task.group_name = group.name;
  run.task.sender = order.sender;
  run.task.sender_domain = found.sender->domain;
  run.task.subject = order.subject;
  run.task.template_id = order.template_id;
  run.task.template_data = order.template_data;
  run.task.mailing = content::pack_mailing(*found.mailing, order.attachments);
  run.task.bound = static_cast<std::uint32_t>(group.places);
  run.task.requested = static_cast<std::int64_t>(group.mailable());
  run.task.now_ms = now_ms;
  run.blocks = ranges_of(reader, order.group_id, run.task.bound);
  return run;
}

}  // namespace sesame::campaigns
