#include "campaigns/draft_lookup.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "audience/blocks.hpp"
#include "campaigns/errors.hpp"

namespace sesame::campaigns {

namespace {

messages::Draft cannot_make(const accounts::MailId& id, const Error& error) {
  messages::Draft letter;
  letter.id = id;
  letter.compose = [error]() -> Result<content::Mail> { return error; };
  return letter;
}

}  // namespace

Result<std::vector<messages::Draft>> DraftLookup::drafts(std::span<const accounts::MailId> ids) {
  std::vector<std::size_t> order(ids.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ids[a] < ids[b]; });
  std::vector<messages::Draft> letters(ids.size());
  Status status = database_.read_and_wait([&](storage::Reader& reader) -> Status {
    for (const std::size_t i : order) {
      Result<messages::Draft> found = find(reader, ids[i]);
      letters[i] = found ? std::move(*found) : cannot_make(ids[i], found.error());
    }
    return Done{};
  });
  if (!status) return std::move(status).error();
  return letters;
}

Result<messages::Draft> DraftLookup::find(storage::Reader& reader, const accounts::MailId& id) {
  if (id.kind == accounts::MailId::Kind::send) {
    messages::Draft letter;
    letter.id = id;
    letter.compose = [&sends = sends_, id] { return sends.compose(id.parent_id, id.ordinal); };
    return letter;
  }
  return find_in_run(reader, id);
}

Result<messages::Draft> DraftLookup::find_in_run(storage::Reader& reader, const accounts::MailId& id) {
  auto known = runs_.find(id.parent_id);
  if (known == runs_.end()) {
    auto opened = RunMailing::open(reader, context_, id.parent_id);
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
  return run.letter(id.ordinal, block_->address(row), block_->data(row));
}

}  // namespace sesame::campaigns
