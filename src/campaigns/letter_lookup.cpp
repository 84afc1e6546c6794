#include "campaigns/letter_lookup.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "audience/blocks.hpp"

namespace sesame::campaigns {

namespace {

OutgoingLetter cannot_make(const LetterKey& key, const Error& error) {
  OutgoingLetter letter;
  letter.key = key;
  letter.compose = [error]() -> Result<content::Mail> { return error; };
  return letter;
}

}  // namespace

Result<std::vector<OutgoingLetter>> LetterLookup::letters(std::span<const LetterKey> keys) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(keys[a].kind, keys[a].parent_id, keys[a].ordinal) <
           std::tie(keys[b].kind, keys[b].parent_id, keys[b].ordinal);
  });
  std::vector<OutgoingLetter> letters(keys.size());
  Status status = database_.read_and_wait([&](storage::Reader& reader) -> Status {
    for (const std::size_t i : order) {
      Result<OutgoingLetter> found = find(reader, keys[i]);
      letters[i] = found ? std::move(*found) : cannot_make(keys[i], found.error());
    }
    return Done{};
  });
  if (!status) return std::move(status).error();
  return letters;
}

Result<OutgoingLetter> LetterLookup::find(storage::Reader& reader, const LetterKey& key) {
  if (key.kind == LetterKey::Kind::send) {
    OutgoingLetter letter;
    letter.key = key;
    letter.compose = [&sends = sends_, key] { return sends.compose(key.parent_id, key.ordinal); };
    return letter;
  }
  return find_in_run(reader, key);
}

Result<OutgoingLetter> LetterLookup::find_in_run(storage::Reader& reader, const LetterKey& key) {
  auto known = runs_.find(key.parent_id);
  if (known == runs_.end()) {
    auto opened = RunMailing::open(reader, stationery_, key.parent_id);
    if (!opened) return std::move(opened).error();
    known = runs_.emplace(key.parent_id, std::move(*opened)).first;
  }
  const RunMailing& run = *known->second;
  const bool loaded = block_ && block_group_id_ == run.group_id() && key.ordinal >= block_->first_ordinal() &&
                      key.ordinal - block_->first_ordinal() < block_->size();
  if (!loaded) {
    const auto refs = audience::list_blocks(reader, run.group_id(), key.ordinal, 1);
    if (refs.empty()) return Error("campaigns.recipient_gone");
    Result<audience::Block> block = audience::load_block(reader, refs.front().id);
    if (!block) return std::move(block).error();
    block_.emplace(std::move(*block));
    block_group_id_ = run.group_id();
  }
  const std::uint32_t row = key.ordinal - block_->first_ordinal();
  if (row >= block_->size() || !block_->valid(row)) return Error("campaigns.recipient_gone");
  return run.letter(key.ordinal, block_->address(row), block_->data(row));
}

}  // namespace sesame::campaigns
