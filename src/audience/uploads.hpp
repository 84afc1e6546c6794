#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "accounts/scope.hpp"
#include "audience/group_options.hpp"
#include "audience/prepare.hpp"
#include "audience/run_entries.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// Uploads into groups: an upload is accepted (on disk, without repeats, counted exactly) and merged
/// (visible) later.
namespace sesame::audience {

/// total = valid + too_long + empty + repeat. `valid` counts the stored rows, faulty addresses included.
struct UploadCounts {
  std::uint64_t total = 0, valid = 0, too_long = 0, empty = 0, repeat = 0;
};

/// The fate of the rows of an upload.
struct AcceptedUpload {
  static constexpr std::uint32_t kNew = ~std::uint32_t{0};
  UploadCounts counts;
  std::uint32_t first_ordinal = 0;  // The new recipients follow each other from it.
  /// For each row the ordinal of the recipient that it repeats, or kNew; empty when all rows are new.
  std::vector<std::uint32_t> repeats;
};

/// Accepts and merges uploads. Must outlive the jobs that use it. Thread: any, but for accept() and
/// merge_some(): write jobs only, since the duplicate index lives on the writer's thread.
class Uploads {
 public:
  /// Reads or draws the installation's hash seed. Errors: those of the database.
  static Result<std::unique_ptr<Uploads>> open(storage::Database& database, const Clock& clock,
                                               Random& random, GroupOptions options);
  ~Uploads();

  /// The rules that prepare_upload needs.
  const UploadRules& rules() const;

  /// Decides for each row, in order, whether it is new to the group, and stores the new ones. Run it in a
  /// bulk write job; wake the Merger after the commit. Errors, each without a change in the database:
  /// errors::kGroupMissing, errors::kGroupOperating (its queue of unmerged uploads is full, or it is being
  /// deleted), errors::kGroupUndoing, errors::kGroupFull, errors::kDataInconsistent (other variable names
  /// than the group's).
  Result<UploadCounts> accept(storage::Writer& writer, const accounts::Scope& scope, std::int64_t group_id,
                              const PreparedUpload& upload);

  /// As accept(), but says of each row what became of it.
  Result<AcceptedUpload> accept_rows(storage::Writer& writer, const accounts::Scope& scope,
                                     std::int64_t group_id, const PreparedUpload& upload);

  /// Does one portion of the work behind uploads: merges accepted uploads in order, undoes imports, compacts
  /// the duplicate index, removes the rows of deleted groups and imports. Returns whether there is more to
  /// do. Takes a few milliseconds. Job: write.
  Result<bool> merge_some(storage::Writer& writer);

 private:
  struct State;
  explicit Uploads(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace sesame::audience
