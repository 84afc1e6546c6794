#include "audience/uploads.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "audience/block_rows.hpp"
#include "audience/errors.hpp"
#include "audience/index_cache.hpp"
#include "audience/installation.hpp"
#include "audience/merging.hpp"
#include "audience/recipient_key.hpp"
#include "audience/template_data.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr Sql kOpenGroup{"audience.open_group",
                         "SELECT accepted, queued_blocks, deleted_ms, variable_names FROM audience_group "
                         "WHERE id = ?1 AND account_id = ?2 AND region = ?3"};
constexpr Sql kAccepted{
    "audience.accepted",
    "UPDATE audience_group SET accepted = accepted + ?2, queued_blocks = queued_blocks + ?3, "
    "variable_names = coalesce(variable_names, ?4) WHERE id = ?1"};

constexpr std::uint64_t kMaxOrdinals = std::numeric_limits<std::uint32_t>::max();

struct OpenGroup {
  std::uint64_t accepted = 0;
  std::optional<std::string> variable_names;  // As JSON.
};

Result<OpenGroup> open_group(storage::Reader& reader, const accounts::Scope& scope, std::int64_t group_id,
                             const GroupOptions& options) {
  const auto row = reader.query(kOpenGroup, group_id, scope.account_id, scope.region);
  if (!row->next()) return Error(errors::kGroupMissing).with("value", std::to_string(group_id));
  const auto queued = static_cast<std::uint64_t>(row->integer(1));
  if (!row->is_null(2) || queued >= options.queued_blocks_per_group) {
    return Error(errors::kGroupOperating).with("value", std::to_string(group_id));
  }
  OpenGroup group{static_cast<std::uint64_t>(row->integer(0)), std::nullopt};
  if (!row->is_null(3)) group.variable_names = row->text(3);
  return group;
}

/// True for each row that the group has already, decided by comparing the addresses behind equal hashes.
Result<std::vector<bool>> find_repeats(storage::Reader& reader, std::int64_t group_id,
                                       const PreparedUpload& upload, std::span<const Candidate> candidates) {
  std::vector<bool> repeats(upload.rows.size());
  std::optional<Block> block;
  for (const Candidate& candidate : candidates) {
    if (repeats[candidate.row]) continue;
    // Candidates come by ordinal: every block is decoded once.
    if (!block || candidate.ordinal - block->first_ordinal() >= block->size()) {
      Result<Block> loaded = load_block_of(reader, group_id, candidate.ordinal);
      if (!loaded) return std::move(loaded).error();
      block = std::move(*loaded);
    }
    const std::uint32_t place = candidate.ordinal - block->first_ordinal();
    // An erased person may come back.
    if (block->state(place) == kRowErased) continue;
    repeats[candidate.row] = same_recipient(block->address(place), upload.rows[candidate.row].address);
  }
  return repeats;
}

/// Drops the repeats and encodes what is left anew.
void drop_rows(PreparedUpload& upload, const std::vector<bool>& repeats) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < upload.rows.size(); ++i) {
    if (repeats[i]) continue;
    upload.rows[kept] = upload.rows[i];
    upload.hashes[kept] = upload.hashes[i];
    ++kept;
  }
  upload.repeated += static_cast<std::uint32_t>(upload.rows.size() - kept);
  upload.rows.resize(kept);
  upload.hashes.resize(kept);
  upload.blocks = encode_blocks(upload.rows);
}

UploadCounts counts_of(const PreparedUpload& upload) {
  return {.total = upload.received,
          .valid = upload.rows.size(),
          .too_long = upload.too_long,
          .empty = upload.empty,
          .repeat = upload.repeated};
}

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
                                     std::int64_t group_id, PreparedUpload& upload) {
  Result<OpenGroup> group = open_group(writer, scope, group_id, state_->options);
  if (!group) return std::move(group).error();
  const std::string names = names_to_json(upload.variable_names);
  if (group->variable_names && *group->variable_names != names) {
    return Error(errors::kDataInconsistent).with("value", names);
  }
  Result<GroupIndex*> index = state_->cache.get(writer, group_id, group->accepted);
  if (!index) return std::move(index).error();
  const std::vector<Candidate> candidates = (*index)->candidates(writer, upload.hashes);
  Result<std::vector<bool>> repeats = find_repeats(writer, group_id, upload, candidates);
  if (!repeats) return std::move(repeats).error();
  if (std::ranges::find(*repeats, true) != repeats->end()) drop_rows(upload, *repeats);
  if (upload.rows.empty()) return counts_of(upload);

  const std::uint64_t limit = state_->options.recipients_per_group;
  if (group->accepted + upload.rows.size() > (limit == 0 ? kMaxOrdinals : std::min(limit, kMaxOrdinals))) {
    return Error(errors::kGroupFull).with("limit", std::to_string(limit));
  }
  ForgetUnlessDone guard(state_->cache);
  auto ordinal = static_cast<std::uint32_t>(group->accepted);
  for (const EncodedBlock& block : upload.blocks) {
    insert_block(writer, group_id, ordinal, block);
    ordinal += block.count;
  }
  writer.run(kAccepted, group_id, upload.rows.size(), upload.blocks.size(), names);
  (*index)->add(writer, upload.hashes, static_cast<std::uint32_t>(group->accepted));
  guard.done();
  state_->cache.changed(group_id);
  return counts_of(upload);
}

Result<bool> Uploads::merge_some(storage::Writer& writer) {
  ForgetUnlessDone guard(state_->cache);
  Result<bool> more = state_->merging.some(writer);
  if (more) guard.done();
  return more;
}

}  // namespace sesame::audience
