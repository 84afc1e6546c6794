#include "audience/uploads.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "audience/block_rows.hpp"
#include "audience/errors.hpp"
#include "audience/index_cache.hpp"
#include "audience/installation.hpp"
#include "audience/merging.hpp"
#include "audience/recipient_key.hpp"
#include "audience/template_data.hpp"
#include "base/id_text.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr Sql kOpenGroup{
    "audience.open_group",
    "SELECT queued_blocks, deleted_ms, undoing, accepted, erased, variable_names FROM audience_group "
    "WHERE id = ?1 AND account_id = ?2 AND region = ?3"};
constexpr Sql kAccepted{
    "audience.accepted",
    "UPDATE audience_group SET accepted = accepted + ?2, queued_blocks = queued_blocks + ?3, "
    "variable_names = coalesce(variable_names, ?4) WHERE id = ?1"};

constexpr std::uint32_t kNew = AcceptedUpload::kNew;
constexpr std::uint64_t kMaxOrdinals = std::numeric_limits<std::uint32_t>::max();

struct OpenGroup {
  std::uint64_t accepted = 0;
  std::uint64_t erased = 0;
  std::optional<std::string> variable_names;  // As JSON.
};

Result<OpenGroup> open_group(storage::Reader& reader, const accounts::Scope& scope, std::int64_t group_id,
                             const GroupOptions& options) {
  const auto row = reader.query(kOpenGroup, group_id, scope.account_id, scope.region);
  if (!row->next()) return Error(errors::kGroupMissing).with("value", id_text(group_id));
  const auto queued = row->next_integer<std::uint64_t>();
  const bool deleted = row->next_optional_integer().has_value();
  const bool undoing = row->next_flag();
  OpenGroup group{.accepted = row->next_integer<std::uint64_t>(),
                  .erased = row->next_integer<std::uint64_t>(),
                  .variable_names = row->next_optional_text()};
  if (deleted || queued >= options.queued_blocks_per_group) {
    return Error(errors::kGroupOperating).with("value", id_text(group_id));
  }
  if (undoing) return Error(errors::kGroupUndoing).with("value", id_text(group_id));
  return group;
}

/// For each row the recipient of the group that it repeats, decided by comparing the addresses behind equal
/// hashes: its ordinal, or kNew. Empty when all rows are new.
Result<std::vector<std::uint32_t>> find_repeats(storage::Reader& reader, std::int64_t group_id,
                                                const PreparedUpload& upload,
                                                std::span<const Candidate> candidates) {
  std::vector<std::uint32_t> repeats;
  std::optional<Block> block;
  for (const Candidate& candidate : candidates) {
    if (!repeats.empty() && repeats[candidate.row] != kNew) continue;
    // Candidates come by ordinal: every block is decoded once.
    if (!block || candidate.ordinal - block->first_ordinal() >= block->size()) {
      Result<Block> loaded = load_block_of(reader, group_id, candidate.ordinal);
      if (!loaded) return std::move(loaded).error();
      block = std::move(*loaded);
    }
    const std::uint32_t place = candidate.ordinal - block->first_ordinal();
    // An erased person may come back.
    if (block->state(place) == kRowErased) continue;
    if (!same_recipient(block->address(place), upload.rows[candidate.row].address)) continue;
    if (repeats.empty()) repeats.assign(upload.rows.size(), kNew);
    repeats[candidate.row] = candidate.ordinal;
  }
  return repeats;
}

/// The rows of an upload that are new to the group: all of them as they are, or a copy without the repeats.
/// The upload itself stays whole, since the job may run again.
class NewRows {
 public:
  NewRows(const PreparedUpload& upload, std::span<const std::uint32_t> repeats) : upload_(upload) {
    if (repeats.empty()) return;
    const auto is_new = static_cast<std::size_t>(std::ranges::count(repeats, kNew));
    std::vector<RowView> rows;
    rows.reserve(is_new);
    hashes_.reserve(is_new);
    for (std::size_t i = 0; i < repeats.size(); ++i) {
      if (repeats[i] != kNew) continue;
      rows.push_back(upload.rows[i]);
      hashes_.push_back(upload.hashes[i]);
    }
    blocks_ = encode_blocks(rows);
    has_repeats_ = true;
  }

  std::span<const std::uint64_t> hashes() const { return has_repeats_ ? hashes_ : upload_.hashes; }
  std::span<const EncodedBlock> blocks() const { return has_repeats_ ? blocks_ : upload_.blocks; }
  std::size_t size() const { return hashes().size(); }
  UploadCounts counts() const {
    return {.total = upload_.received,
            .valid = size(),
            .too_long = upload_.too_long,
            .empty = upload_.empty,
            .repeat = upload_.repeated + (upload_.rows.size() - size())};
  }

 private:
  const PreparedUpload& upload_;
  bool has_repeats_ = false;
  std::vector<std::uint64_t> hashes_;
  std::vector<EncodedBlock> blocks_;
};

/// The indexes in memory no longer fit the database unless the job comes to its end.
class ForgetUnlessDone {
 public:
  explicit ForgetUnlessDone(IndexCache& cache) : cache_(cache) {}
  ~ForgetUnlessDone() {
    if (!done_) cache_.forget_all();
  }
  void done() { done_ = true; }

 private:
  IndexCache& cache_;
  bool done_ = false;
};

}  // namespace

struct Uploads::State {
  State(const GroupOptions& given, const UploadRules& upload_rules, const Clock& clock)
      : options(given),
        rules(upload_rules),
        cache({.hash_seed = rules.hash_seed,
               .run_entries = options.index_run_entries,
               .runs = {.entries_per_chunk = options.index_chunk_entries, .fanout = options.index_fanout}},
              options.index_cache_bytes),
        merging(cache, clock) {}

  const GroupOptions options;
  const UploadRules rules;
  // Only on the writer's thread.
  IndexCache cache;
  Merging merging;
};

Uploads::Uploads(std::shared_ptr<State> state) : state_(std::move(state)) {}
Uploads::~Uploads() = default;

const UploadRules& Uploads::rules() const { return state_->rules; }

Result<std::unique_ptr<Uploads>> Uploads::open(storage::Database& database, const Clock& clock,
                                               Random& random, GroupOptions options) {
  auto seed = database.change<std::uint64_t>(
      storage::Priority::interactive,
      [&](storage::Writer& writer) -> Result<std::uint64_t> { return make_hash_seed(writer, random); });
  if (!seed) return std::move(seed).error();
  const UploadRules rules{.hash_seed = *seed, .recipients_per_request = options.recipients_per_request};
  auto state = std::make_shared<State>(options, rules, clock);
  database.on_rollback([state] { state->cache.forget_all(); });
  return std::unique_ptr<Uploads>(new Uploads(std::move(state)));
}

Result<UploadCounts> Uploads::accept(storage::Writer& writer, const accounts::Scope& scope,
                                     std::int64_t group_id, const PreparedUpload& upload) {
  const Result<AcceptedUpload> accepted = accept_rows(writer, scope, group_id, upload);
  if (!accepted) return accepted.error();
  return accepted->counts;
}

Result<AcceptedUpload> Uploads::accept_rows(storage::Writer& writer, const accounts::Scope& scope,
                                            std::int64_t group_id, const PreparedUpload& upload) {
  Result<OpenGroup> group = open_group(writer, scope, group_id, state_->options);
  if (!group) return std::move(group).error();
  const std::string names = names_to_json(upload.variable_names);
  if (group->variable_names && *group->variable_names != names &&
      names_from_json(*group->variable_names) != upload.variable_names) {
    return Error(errors::kDataInconsistent).with("value", names);
  }
  Result<GroupIndex*> index = state_->cache.get(writer, group_id, group->accepted);
  if (!index) return std::move(index).error();
  const std::vector<Candidate> candidates = (*index)->candidates(writer, upload.hashes);
  Result<std::vector<std::uint32_t>> repeats = find_repeats(writer, group_id, upload, candidates);
  if (!repeats) return std::move(repeats).error();
  const NewRows rows(upload, *repeats);
  auto ordinal = static_cast<std::uint32_t>(group->accepted);
  AcceptedUpload accepted{rows.counts(), ordinal, std::move(*repeats)};
  if (rows.size() == 0) return accepted;

  const std::uint64_t limit = state_->options.recipients_per_group;
  const bool too_many = limit > 0 && group->accepted - group->erased + rows.size() > limit;
  if (too_many || group->accepted + rows.size() > kMaxOrdinals) {
    return Error(errors::kGroupFull).with("limit", std::to_string(limit));
  }
  ForgetUnlessDone guard(state_->cache);
  for (const EncodedBlock& block : rows.blocks()) {
    insert_block(writer, group_id, ordinal, block);
    ordinal += block.count;
  }
  writer.run(kAccepted, group_id, rows.size(), rows.blocks().size(), names);
  (*index)->add(writer, rows.hashes(), static_cast<std::uint32_t>(group->accepted));
  guard.done();
  state_->cache.changed(group_id);
  return accepted;
}

Result<bool> Uploads::merge_some(storage::Writer& writer) {
  ForgetUnlessDone guard(state_->cache);
  Result<bool> more = state_->merging.some(writer);
  if (more) guard.done();
  return more;
}

}  // namespace sesame::audience
