#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "audience/group_options.hpp"
#include "audience/prepare.hpp"
#include "audience/uploads.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// Imports: the rows of one file on their way into a group, part by part, counted, and removable again. Job:
/// read for functions of a Reader, write for functions of a Writer.
namespace sesame::audience {

inline constexpr std::int64_t kUndoMs = 24 * 60 * 60 * 1000LL;         // From the last part on.
inline constexpr std::int64_t kImportMs = 30 * 24 * 60 * 60 * 1000LL;  // Then the import is deleted.
inline constexpr std::int64_t kImportsPerGroup = 1000;                 // The newest; older ones are deleted.
inline constexpr std::uint32_t kImportPartsMax = 10'000;
/// Bytes of an import's verdicts on disk, after which it takes no part. A part of valid rows has none, a row
/// that is not valid some ten.
inline constexpr std::uint64_t kImportVerdictBytesMax = 256 * 1024 * 1024;

/// The numbers are on disk: append, never renumber. From `undoing` on the merging work has something to do
/// (the index audience_import_work).
enum class ImportState : std::uint8_t {
  open = 0,  // More parts may come.
  finished = 1,
  undone = 2,
  stopped = 3,  // The undoing was stopped: the rest of what it added is still there.
  undoing = 4,
  expired = 5,  // Gone for readers; what it owns is being removed.
};

/// total = valid + invalid + too_long + empty + repeat + refused.
struct ImportCounts {
  std::uint64_t total = 0;
  std::uint64_t valid = 0;    // Stored.
  std::uint64_t invalid = 0;  // Malformed addresses, stored or left out.
  std::uint64_t too_long = 0, empty = 0;
  std::uint64_t repeat = 0;   // They repeat an earlier row, or a recipient whom the group had.
  std::uint64_t refused = 0;  // For their template data.
  std::uint64_t added = 0;    // Recipients stored: `valid`, and `invalid` unless they are left out.
};

struct Import {
  std::int64_t id = 0;
  std::int64_t group_id = 0;
  std::string file_name;
  std::int64_t file_bytes = 0;  // As the caller says.
  std::string author;           // A user's name, or a SecretId.
  bool leave_out = false;       // Malformed addresses are not stored.
  ImportState state = ImportState::open;
  std::int64_t created_ms = 0;
  std::int64_t changed_ms = 0;  // The last part, or the beginning.
  std::uint32_t parts = 0;      // Parts on disk, numbered from 1.
  ImportCounts counts;
  std::uint64_t verdict_bytes = 0;  // The size of the verdicts of all parts, on disk.
  std::uint64_t removed = 0;        // Recipients removed by undoing.

  /// Undoing is possible before this time.
  std::int64_t undo_until_ms() const { return changed_ms + kUndoMs; }
};

struct NewImport {
  std::int64_t group_id = 0;
  std::string_view file_name;
  std::int64_t file_bytes = 0;
  std::string_view author;
  std::string_view client_token;  // Chosen by the client, for one import of the scope; empty: none.
  bool leave_out = false;
  std::uint64_t recipients = 0;  // Different addresses in the file; 0: not known.
};

/// Begins an import without rows, or returns the one that was begun with the token, so that a call whose
/// answer was lost can be repeated. Errors: errors::kGroupMissing, errors::kGroupUndoing (an import into the
/// group is being undone), errors::kGroupFull (the file alone has more recipients than a group may have),
/// errors::kTokenTaken (the token's import has another group, file or option).
Result<Import> begin_import(storage::Writer& writer, const accounts::Scope& scope, const NewImport& wanted,
                            const GroupOptions& options, std::int64_t now_ms);

/// Reads the rules of a part of the import or, while `import_id` is 0, of one that the call begins in the
/// group: then the `leave_out` of the call counts. Error: errors::kImportMissing. Job: read.
struct PartTarget {
  std::int64_t import_id = 0;
  std::int64_t group_id = 0;
  bool leave_out = false;
};
Result<PartRules> read_part_rules(storage::Reader& reader, const accounts::Scope& scope,
                                  const PartTarget& target);

/// A part of an import's rows: the next one, numbered from 1.
struct ImportPart {
  std::int64_t import_id = 0;
  std::uint32_t number = 0;      // 0: none, for a call that has no rows.
  std::uint64_t first_line = 0;  // In the file.
  bool last = false;
};

/// Stores a part. One that is on disk already, with the same rows, changes nothing, so that a call whose
/// answer was lost can be repeated; other rows under its number are refused. Returns the import afterwards.
/// The part was prepared with read_part_rules(). Wake the Merger after the commit. Errors, each without a
/// change in the database: errors::kImportMissing, errors::kImportOver (it is finished or undone),
/// errors::kPartUnnamed (rows without a number), errors::kPartUnexpected (not the next part, or `last` with
/// one that others follow), errors::kPartDiffers, errors::kBatchEmpty (a number without rows),
/// errors::kImportFull, errors::kVerdictsFull, errors::kGroupUndoing, those of Uploads::accept;
/// errors::kDataInconsistent only when the group got its variables after read_part_rules(), or when rows
/// without data go into a group with variables.
Result<Import> add_part(storage::Writer& writer, Uploads& uploads, const accounts::Scope& scope,
                        const ImportPart& part, const PreparedPart* prepared, std::int64_t now_ms);

/// Begins to undo an import, or goes on; the merging work removes its recipients block by block. Its group is
/// `uploading` meanwhile and takes nobody; a group that nobody is left in has no variables any more. Errors:
/// errors::kImportMissing; errors::kUndoTooLate; errors::kImportUndone (all of it is undone).
Result<Import> begin_undo(storage::Writer& writer, const accounts::Scope& scope, std::int64_t id,
                          std::int64_t now_ms);
/// Stops the undoing where it is. Errors: errors::kImportMissing; errors::kNotUndoing.
Result<Import> stop_undo(storage::Writer& writer, const accounts::Scope& scope, std::int64_t id);

/// Error: errors::kImportMissing, also for an import of another scope or of a deleted group.
Result<Import> find_import(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id);

struct ImportPage {
  std::uint64_t total = 0;
  std::vector<Import> imports;  // Newest first.
};
/// The imports of a group, or of the scope when `group_id` is 0.
ImportPage list_imports(storage::Reader& reader, const accounts::Scope& scope, std::int64_t group_id,
                        std::uint64_t offset, std::uint64_t limit);

/// The recipients that the group still takes.
std::uint64_t room_in(storage::Reader& reader, std::int64_t group_id, const GroupOptions& options);

/// Marks at most `limit` imports whose last part is older than `before_ms` to be removed by the merging work;
/// returns their number.
std::int64_t delete_expired_imports(storage::Writer& writer, std::int64_t before_ms, std::int64_t limit);

}  // namespace sesame::audience
