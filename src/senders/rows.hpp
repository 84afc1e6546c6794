#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "senders/domains.hpp"
#include "storage/database.hpp"

/// The row of a sender domain, for the files of this room.
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

/// Finds a domain; `name` is in any form that domain_name() accepts. nullopt when the scope has no such
/// domain. Job: read.
std::optional<DomainRow> find_domain_row(storage::Reader& reader, const accounts::Scope& scope,
                                         std::string_view name);

/// All domains of the scope, oldest first. Job: read.
std::vector<DomainRow> list_domain_rows(storage::Reader& reader, const accounts::Scope& scope);

/// The form of tags in DomainRow::tags.
std::string tags_to_text(const std::vector<Tag>& tags);
std::vector<Tag> tags_from_text(std::string_view text);

/// The kinds of record that a domain with that option needs, in the order in which they are shown.
std::vector<RecordKind> kinds_of(std::int64_t dkim_option);

/// The records that the domain needs, with the values found in the last look-up. Job: read.
std::vector<DomainRecord> records_of(storage::Reader& reader, const DomainRow& row,
                                     const DomainOptions& options);

/// Whether the option uses the key of that size.
constexpr bool uses_key(std::int64_t dkim_option, std::int64_t bits) {
  return dkim_option == 2 || (dkim_option == 1) == (bits == 2048);
}

/// The context for which a private key is sealed, from its public key.
inline std::string key_context(std::string_view public_key) { return "dkim:" + std::string(public_key); }

}  // namespace sesame::senders
