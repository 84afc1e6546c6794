#include "audience/groups.hpp"

#include <utility>

#include "audience/block_rows.hpp"
#include "audience/errors.hpp"
#include "audience/import_work.hpp"
#include "audience/runs.hpp"
#include "audience/template_data.hpp"
#include "base/id_text.hpp"
#include "base/names.hpp"
#include "base/utf8.hpp"
#include "mime/unicode.hpp"

namespace sesame::audience {
namespace {

using accounts::Scope;
using storage::Sql;

constexpr Sql kNameTaken{"audience.name_taken",
                         "SELECT 1 FROM audience_group WHERE account_id = ?1 AND region = ?2 AND name = ?3 "
                         "AND deleted_ms IS NULL"};
constexpr Sql kCountGroups{"audience.count_groups",
                           "SELECT count(*) FROM audience_group WHERE account_id = ?1 AND region = ?2 "
                           "AND deleted_ms IS NULL"};
constexpr Sql kInsertGroup{"audience.insert_group",
                           "INSERT INTO audience_group (account_id, region, name, description, created_ms) "
                           "VALUES (?1, ?2, ?3, ?4, ?5)"};
constexpr Sql kListGroups{
    "audience.list_groups",
    "SELECT id, name, description, recipients, invalid, erased, accepted, undoing, created_ms "
    "FROM audience_group WHERE account_id = ?1 AND region = ?2 AND deleted_ms IS NULL "
    "ORDER BY id DESC"};
constexpr Sql kFindGroup{
    "audience.find_group",
    "SELECT id, name, description, recipients, invalid, erased, accepted, undoing, created_ms "
    "FROM audience_group WHERE id = ?3 AND account_id = ?1 AND region = ?2 "
    "AND deleted_ms IS NULL"};
constexpr Sql kMarkDeleted{"audience.mark_deleted",
                           "UPDATE audience_group SET deleted_ms = ?2 WHERE id = ?1"};
constexpr Sql kDeleteGroup{"audience.delete_group", "DELETE FROM audience_group WHERE id = ?1"};
constexpr Sql kVariableNames{
    "audience.variable_names",
    "SELECT variable_names FROM audience_group WHERE id = ?1 AND deleted_ms IS NULL"};

constexpr std::int64_t kBlocksRemovedAtOnce = 8;  // About half a megabyte.

GroupStatus status_of(std::uint64_t places, std::uint64_t accepted, bool undoing) {
  if (accepted == 0) return GroupStatus::to_upload;
  return places < accepted || undoing ? GroupStatus::uploading : GroupStatus::uploaded;
}

Group group_of(storage::Rows& row) {
  Group group;
  group.id = row.next_integer();
  group.name = row.next_text();
  group.description = row.next_text();
  group.places = row.next_integer<std::uint64_t>();
  group.invalid = row.next_integer<std::uint64_t>();
  group.erased = row.next_integer<std::uint64_t>();
  const auto accepted = row.next_integer<std::uint64_t>();
  group.status = status_of(group.places, accepted, row.next_flag());
  group.created_ms = row.next_integer();
  return group;
}

Status check(storage::Reader& reader, const Scope& scope, const NewGroup& group, std::size_t max_groups) {
  if (!utf8::has_length(group.name, 1, kMaxNameCharacters) || !is_label(group.name))
    return Error(errors::kNameIllegal).with("value", std::string(group.name));
  if (group.description &&
      (!utf8::has_length(*group.description, 1, kMaxDescriptionCharacters) || !is_prose(*group.description)))
    return Error(errors::kDescriptionIllegal);
  if (reader.query(kNameTaken, scope.account_id, scope.region, group.name)->next()) {
    return Error(errors::kNameTaken).with("value", std::string(group.name));
  }
  if (max_groups == 0) return Done{};
  const auto count = reader.query(kCountGroups, scope.account_id, scope.region);
  if (count->next() && count->next_integer<std::size_t>() >= max_groups) {
    return Error(errors::kTooManyGroups).with("limit", std::to_string(max_groups));
  }
  return Done{};
}

}  // namespace

Result<std::int64_t> create_group(storage::Writer& writer, const Scope& scope, const NewGroup& group,
                                  std::int64_t now_ms, std::size_t max_groups) {
  Status checked = check(writer, scope, group, max_groups);
  if (!checked) return std::move(checked).error();
  return writer.insert(kInsertGroup, scope.account_id, scope.region, group.name,
                       group.description.value_or(std::string_view()), now_ms);
}

GroupPage list_groups(storage::Reader& reader, const Scope& scope, const GroupFilter& filter) {
  // The number of groups in a scope is limited, so one pass finds the page and the total.
  GroupPage page;
  const std::string keyword = mime::folded(filter.keyword);
  const auto row = reader.query(kListGroups, scope.account_id, scope.region);
  while (row->next()) {
    Group group = group_of(*row);
    if (mime::folded(group.name).find(keyword) == std::string::npos) continue;
    if (filter.status && group.status != *filter.status) continue;
    if (page.total >= filter.offset && page.groups.size() < filter.limit)
      page.groups.push_back(std::move(group));
    ++page.total;
  }
  return page;
}

Result<Group> find_group(storage::Reader& reader, const Scope& scope, std::int64_t group_id) {
  const auto row = reader.query(kFindGroup, scope.account_id, scope.region, group_id);
  if (!row->next()) return Error(errors::kGroupMissing).with("value", id_text(group_id));
  return group_of(*row);
}

Status delete_group(storage::Writer& writer, const Scope& scope, std::int64_t group_id, std::int64_t now_ms) {
  const Result<Group> group = find_group(writer, scope, group_id);
  if (!group) return group.error();
  if (group->status == GroupStatus::uploading) {
    return Error(errors::kGroupOperating).with("value", id_text(group_id));
  }
  writer.run(kMarkDeleted, group_id, now_ms);
  drop_runs(writer, group_id);
  expire_imports_of(writer, group_id);
  if (delete_blocks_of(writer, group_id, kBlocksRemovedAtOnce) < kBlocksRemovedAtOnce) {
    writer.run(kDeleteGroup, group_id);
  }
  return Done{};
}

std::vector<std::string> variable_names(storage::Reader& reader, std::int64_t group_id) {
  const auto row = reader.query(kVariableNames, group_id);
  if (!row->next()) return {};
  const std::optional<std::string> names = row->next_optional_text();
  return names ? names_from_json(*names) : std::vector<std::string>();
}

}  // namespace sesame::audience
