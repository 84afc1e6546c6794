#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "audience/group_options.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// Recipient groups: named sets of recipients. Job: read for functions of a Reader, write for functions of a
/// Writer.
namespace sesame::audience {

inline constexpr std::size_t kMaxNameCharacters = 50;
inline constexpr std::size_t kMaxDescriptionCharacters = 300;  // SES: CreateReceiver.Desc

/// The numbers are those of the API. Derived from the counts, never stored.
enum class GroupStatus : std::uint8_t {
  to_upload = 1,  // No upload was ever accepted.
  uploading = 2,  // Accepted uploads wait to be merged, or an import is being undone.
  uploaded = 3,
};

struct Group {
  std::int64_t id = 0;
  std::string name;
  std::string description;
  /// The places of merged recipients: ordinals below it are visible. Faulty and removed ones are included.
  std::uint64_t places = 0;
  std::uint64_t invalid = 0;  // Merged recipients with faulty addresses.
  std::uint64_t erased = 0;   // Merged recipients who were removed.
  std::uint64_t recipients() const { return places - erased; }
  std::uint64_t mailable() const { return places - erased - invalid; }
  GroupStatus status = GroupStatus::to_upload;
  std::int64_t created_ms = 0;
};

struct NewGroup {
  std::string_view name;  // 1 to 50 letters, digits, CJK, space, `_`, `-`; unique in the scope
  std::optional<std::string_view> description;  // 1 to 300 characters of is_prose() when given
};

/// Returns the new group's id. Errors: errors::kNameIllegal (not 1 to 50 characters of is_label()),
/// errors::kDescriptionIllegal, errors::kNameTaken, errors::kTooManyGroups (0 = no limit).
Result<std::int64_t> create_group(storage::Writer& writer, const accounts::Scope& scope,
                                  const NewGroup& group, std::int64_t now_ms,
                                  std::size_t max_groups = GroupOptions{}.groups_max);

struct GroupFilter {
  std::optional<GroupStatus> status;
  std::string_view keyword;  // A part of the name, compared without case in any script; empty: all.
  std::uint64_t offset = 0;
  std::uint64_t limit = 100;
};
struct GroupPage {
  std::uint64_t total = 0;  // Matching groups, on any page.
  std::vector<Group> groups;
};
/// Groups of the scope, the newest first.
GroupPage list_groups(storage::Reader& reader, const accounts::Scope& scope, const GroupFilter& filter);

/// Finds a group. Error: errors::kGroupMissing, also for a group that is being deleted or of another scope.
Result<Group> find_group(storage::Reader& reader, const accounts::Scope& scope, std::int64_t group_id);

/// Deletes a group: no reader finds it once this is on disk. A small group's rows are removed at once, those
/// of a larger one by the merging work afterwards (wake the Merger). Errors: errors::kGroupMissing,
/// errors::kGroupOperating (uploads are not merged yet).
Status delete_group(storage::Writer& writer, const accounts::Scope& scope, std::int64_t group_id,
                    std::int64_t now_ms);

/// The variables that every recipient of the group has, sorted; empty for a group without template data.
std::vector<std::string> variable_names(storage::Reader& reader, std::int64_t group_id);

}  // namespace sesame::audience
