#include "campaigns/draft_lookup.hpp"

#include <algorithm>
#include <utility>

#include "audience/blocks.hpp"
#include "campaigns/errors.hpp"

namespace sesame::campaigns {

namespace {

std::vector<messages::Draft*> pointers_to(std::vector<messages::Draft>& drafts) {
  std::vector<messages::Draft*> pointers;
  for (messages::Draft& draft : drafts) pointers.push_back(&draft);
  return pointers;
}

}  // namespace

Result<std::vector<messages::Draft>> DraftLookup::drafts(std::span<const messages::DueMessage> due,
                                                         std::int64_t now_ms) {
  std::vector<messages::Draft> drafts;
  for (const messages::DueMessage& message : due)
    drafts.push_back(messages::Draft{messages::Envelope(message)});
  std::ranges::sort(drafts, {}, &messages::Draft::id);
  Status status = database_.read_and_wait([&](storage::Reader& reader) -> Status {
    judge_.judge(reader, pointers_to(drafts), now_ms);
    for (messages::Draft& draft : drafts) {
      if (draft.granted()) set_compose(reader, draft, now_ms);
    }
    return Done{};
  });
  if (!status) return std::move(status).error();
  return drafts;
}

Result<std::vector<messages::Draft>> DraftLookup::drafts(std::span<const accounts::MailId> ids,
                                                         std::int64_t now_ms) {
  std::vector<messages::Draft> drafts;
  Status status = database_.read_and_wait([&](storage::Reader& reader) -> Status {
    drafts.clear();
    for (const accounts::MailId& id : ids) {
      Result<messages::Draft> found = find_in_run(reader, id, now_ms);
      if (!found) return std::move(found).error();
      drafts.push_back(std::move(*found));
    }
    for (const auto& [run_id, run] : runs_) {
      if (Status status = run->check(reader); !status) return status;
    }
    judge_.judge(reader, pointers_to(drafts), now_ms);
    return Done{};
  });
  if (!status) return std::move(status).error();
  for (messages::Draft& draft : drafts) {
    if (!draft.granted()) draft.compose = nullptr;
  }
  return drafts;
}

/// A draft that can't be made any more gets a compose() that returns the error.
void DraftLookup::set_compose(storage::Reader& reader, messages::Draft& draft, std::int64_t now_ms) {
  const accounts::MailId id = draft.id;
  if (id.kind == accounts::MailId::Kind::send) {
    draft.compose = [&sends = sends_, id] { return sends.compose(id.parent_id, id.ordinal); };
    return;
  }
  Result<messages::Draft> found = find_in_run(reader, id, now_ms);
  if (found) {
    draft.compose = std::move(found->compose);
    draft.sandboxed = found->sandboxed;
  } else {
    draft.compose = [error = found.error()]() -> Result<content::Mail> { return error; };
  }
}

Result<messages::Draft> DraftLookup::find_in_run(storage::Reader& reader, const accounts::MailId& id,
                                                 std::int64_t now_ms) {
  auto known = runs_.find(id.parent_id);
  if (known == runs_.end()) {
    auto opened = mailings_.open(reader, id.parent_id);
    if (!opened) return std::move(opened).error();
    known = runs_.emplace(id.parent_id, std::move(*opened)).first;
  }
  const RunMailing& run = *known->second;
  const bool loaded = block_ && block_group_id_ == run.group_id() && id.ordinal >= block_->first_ordinal() &&
                      id.ordinal - block_->first_ordinal() < block_->size();
  if (!loaded) {
    const auto refs = audience::list_blocks(reader, run.group_id(), id.ordinal, 1);
    if (refs.empty()) return Error(errors::kRecipientGone);
    Result<audience::Block> block = audience::load_block(reader, refs.front().id);
    if (!block) return std::move(block).error();
    block_.emplace(std::move(*block));
    block_group_id_ = run.group_id();
  }
  const std::uint32_t row = id.ordinal - block_->first_ordinal();
  if (row >= block_->size() || !block_->valid(row)) return Error(errors::kRecipientGone);
  return run.draft(id.ordinal, block_->address(row), block_->data(row), now_ms);
}

}  // namespace sesame::campaigns
