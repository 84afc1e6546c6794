#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "senders/domains.hpp"
#include "storage/database.hpp"

/// The domain's own row, for the files of this room.
namespace sesame::senders {

struct DomainRow {
  std::int64_t id = 0;
  std::string name;
  std::int64_t dkim_option = 0;
  std::string tags;
  bool verified = false;
  std::int64_t created_ms = 0;
  std::int64_t checked_ms = 0;
};

/// `name` may be written in any way that domain_name() accepts. Nothing when the scope does not have it.
std::optional<DomainRow> find_domain_row(storage::Reader& reader, const accounts::Scope& scope,
                                         std::string_view name);

/// All of the scope, oldest first.
std::vector<DomainRow> list_domain_rows(storage::Reader& reader, const accounts::Scope& scope);

/// What DomainRow::tags holds.
std::string tags_to_text(const std::vector<Tag>& tags);
std::vector<Tag> tags_from_text(std::string_view text);

/// The kinds of record that a domain with that option needs, in the order in which they are shown.
std::vector<RecordKind> kinds_of(std::int64_t dkim_option);

/// Those records, with what was found of them.
std::vector<DomainRecord> records_of(storage::Reader& reader, const DomainRow& row,
                                     const DomainOptions& options);

/// Which sizes of key an option uses.
constexpr bool uses_key(std::int64_t dkim_option, std::int64_t bits) {
  return dkim_option == 2 || (dkim_option == 1) == (bits == 2048);
}

/// What the sealed key of that public key was sealed for.
inline std::string key_context(std::string_view public_key) { return "dkim:" + std::string(public_key); }

}  // namespace sesame::senders
