#include "senders/rows.hpp"

#include <boost/json.hpp>

namespace sesame::senders {
namespace {

using storage::Sql;

constexpr Sql kFind{
    "senders.find_domain",
    "SELECT id, name, dkim_option, tags, verified_ms, created_ms, checked_ms FROM sender_domain "
    "WHERE account_id = ?1 AND region = ?2 AND name = ?3"};
constexpr Sql kList{
    "senders.list_domains",
    "SELECT id, name, dkim_option, tags, verified_ms, created_ms, checked_ms FROM sender_domain "
    "WHERE account_id = ?1 AND region = ?2 ORDER BY id"};

DomainRow row_from(storage::Rows& rows) {
  return {.id = rows.next_integer(),
          .name = std::string(rows.next_text()),
          .dkim_option = rows.next_integer(),
          .tags = std::string(rows.next_text()),
          .verified = rows.next_optional_integer().has_value(),
          .created_ms = rows.next_integer(),
          .checked_ms = rows.next_integer()};
}

}  // namespace

std::optional<DomainRow> find_domain_row(storage::Reader& reader, const accounts::Scope& scope,
                                         std::string_view name) {
  const Result<std::string> known_as = domain_name(name);
  if (!known_as) return std::nullopt;
  const auto rows = reader.query(kFind, scope.account_id, scope.region, *known_as);
  if (!rows->next()) return std::nullopt;
  return row_from(*rows);
}

std::vector<DomainRow> list_domain_rows(storage::Reader& reader, const accounts::Scope& scope) {
  std::vector<DomainRow> found;
  const auto rows = reader.query(kList, scope.account_id, scope.region);
  while (rows->next()) found.push_back(row_from(*rows));
  return found;
}

std::string tags_to_text(const std::vector<Tag>& tags) {
  boost::json::array array;
  for (const Tag& tag : tags) array.push_back(boost::json::array{tag.key, tag.value});
  return boost::json::serialize(array);
}

std::vector<Tag> tags_from_text(std::string_view text) {
  std::vector<Tag> tags;
  const boost::json::value parsed = boost::json::parse({text.data(), text.size()});
  for (const boost::json::value& pair : parsed.as_array()) {
    tags.push_back(
        {boost::json::value_to<std::string>(pair.at(0)), boost::json::value_to<std::string>(pair.at(1))});
  }
  return tags;
}

}  // namespace sesame::senders
