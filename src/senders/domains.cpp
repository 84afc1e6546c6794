#include "senders/domains.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/secret.hpp"
#include "mime/address.hpp"
#include "senders/errors.hpp"
#include "senders/look_up.hpp"
#include "senders/rows.hpp"

namespace sesame::senders {
namespace {

using storage::Sql;

constexpr Sql kCount{"senders.count_domains",
                     "SELECT count(*) FROM sender_domain WHERE account_id = ?1 AND region = ?2"};
constexpr Sql kOfOther{"senders.find_domain_of_other",
                       "SELECT 1 FROM sender_domain WHERE name = ?1 AND account_id <> ?2 AND "
                       "verified_ms IS NOT NULL LIMIT 1"};
constexpr Sql kInsert{"senders.insert_domain",
                      "INSERT INTO sender_domain (account_id, region, name, dkim_option, tags, verified_ms, "
                      "created_ms, next_check_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
constexpr Sql kInsertKey{"senders.insert_key",
                         "INSERT INTO sender_domain_key (account_id, domain_id, bits, selector, public_key, "
                         "sealed_key, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Sql kCountAddresses{"senders.count_addresses_at",
                              "SELECT count(*) FROM sender_address WHERE domain_id = ?1"};
constexpr Sql kKeySizes{"senders.list_key_sizes", "SELECT bits FROM sender_domain_key WHERE domain_id = ?1"};
constexpr Sql kDeleteKeys{"senders.delete_keys", "DELETE FROM sender_domain_key WHERE domain_id = ?1"};
constexpr Sql kDeleteRecords{"senders.delete_records",
                             "DELETE FROM sender_domain_record WHERE domain_id = ?1"};
constexpr Sql kTrust{"senders.trust_domain",
                     "UPDATE sender_domain SET verified_ms = ?2 WHERE id = ?1 AND verified_ms IS NULL"};
constexpr Sql kDelete{"senders.delete_domain", "DELETE FROM sender_domain WHERE id = ?1"};
constexpr Sql kSetOption{"senders.set_dkim_option",
                         "UPDATE sender_domain SET dkim_option = ?2 WHERE id = ?1"};

void insert_key(storage::Writer& writer, const accounts::SecretBox& box, const accounts::Scope& scope,
                std::int64_t domain_id, const dkim::PrivateKey& key, std::int64_t now_ms,
                const DomainOptions& options) {
  const std::string public_key = key.public_key_base64();
  const Secret pem(key.to_pem());
  const std::string sealed = box.seal(pem.reveal(), key_context(public_key));
  writer.run(kInsertKey, scope.account_id, domain_id, key.bits(),
             options.selector_prefix + std::to_string(key.bits()), public_key,
             storage::Blob(std::as_bytes(std::span(sealed))), now_ms);
}

Domain domain_from(storage::Reader& reader, const DomainRow& row, const DomainOptions& options) {
  return {.id = row.id,
          .name = row.name,
          .dkim_option = static_cast<DkimOption>(row.dkim_option),
          .verified = row.verified,
          .tags = tags_from_text(row.tags),
          .records = records_of(reader, row, options),
          .created_ms = row.created_ms};
}

bool has_keys_for(storage::Reader& reader, std::int64_t domain_id, DkimOption option) {
  bool has1024 = false;
  bool has2048 = false;
  const auto keys = reader.query(kKeySizes, domain_id);
  while (keys->next()) (keys->next_integer() == 2048 ? has2048 : has1024) = true;
  if (option == DkimOption::both) return has1024 && has2048;
  return option == DkimOption::rsa2048 ? has2048 : has1024;
}

// A key must not begin to sign before its record is in the DNS.
bool knows_keys(const LookUp& look_up) {
  return std::ranges::all_of(look_up.findings, [](const Finding& finding) {
    const bool is_key = finding.kind == RecordKind::dkim1024 || finding.kind == RecordKind::dkim2048;
    return finding.known || !is_key;
  });
}

Error missing(std::string_view name) {
  return Error(errors::kDomainMissing).with("value", std::string(name));
}

}  // namespace

Result<DomainKeys> make_domain_keys() {
  Result<dkim::PrivateKey> rsa1024 = dkim::PrivateKey::generate(1024);
  if (!rsa1024) return std::move(rsa1024).error();
  Result<dkim::PrivateKey> rsa2048 = dkim::PrivateKey::generate(2048);
  if (!rsa2048) return std::move(rsa2048).error();
  return DomainKeys{std::move(*rsa1024), std::move(*rsa2048)};
}

Result<std::string> domain_name(std::string_view name) {
  std::optional<std::string> ascii = mime::ascii_domain(name);
  if (!ascii) return Error(errors::kDomainIllegal).with("value", std::string(name));
  // A last label of digits is an address, not a name (RFC 3696 §2).
  const std::string_view last = std::string_view(*ascii).substr(ascii->rfind('.') + 1);
  if (last.size() == ascii->size() || std::all_of(last.begin(), last.end(), ascii::is_digit))
    return Error(errors::kDomainIllegal).with("value", std::string(name));
  return std::move(*ascii);
}

Result<std::string> check_new_domain(storage::Reader& reader, const accounts::Scope& scope,
                                     std::string_view given, const DomainOptions& options) {
  Result<std::string> name = domain_name(given);
  if (!name) return name;
  if (find_domain_row(reader, scope, *name)) return Error(errors::kDomainTaken).with("value", *name);
  // An unverified claim must not keep the owner out.
  if (reader.query(kOfOther, *name, scope.account_id)->next())
    return Error(errors::kDomainOfOther).with("value", *name);
  const auto counted = reader.query(kCount, scope.account_id, scope.region);
  if (counted->next() && counted->next_integer() >= options.domains_max)
    return Error(errors::kTooManyDomains).with("limit", std::to_string(options.domains_max));
  return name;
}

Result<Domain> create_domain(storage::Writer& writer, const accounts::SecretBox& box,
                             const accounts::Scope& scope, const NewDomain& domain, const DomainKeys& keys,
                             std::int64_t now_ms, const DomainOptions& options) {
  const Result<std::string> name = check_new_domain(writer, scope, domain.name, options);
  if (!name) return Error(name.error());
  std::optional<std::int64_t> verified_ms;
  if (options.verification == Verification::trust) verified_ms = now_ms;
  const std::int64_t id =
      writer.insert(kInsert, scope.account_id, scope.region, *name, domain.dkim_option,
                    tags_to_text(domain.tags), verified_ms, now_ms,
                    // Not at once: the resolver would cache the answer that the records do not exist.
                    now_ms + options.recheck_ms);
  insert_key(writer, box, scope, id, keys.rsa1024, now_ms, options);
  insert_key(writer, box, scope, id, keys.rsa2048, now_ms, options);
  return get_domain(writer, scope, *name, options);
}

Result<Domain> domain_with_option(storage::Reader& reader, const accounts::Scope& scope,
                                  std::string_view name, std::optional<DkimOption> dkim_option,
                                  const DomainOptions& options) {
  std::optional<DomainRow> row = find_domain_row(reader, scope, name);
  if (!row) return missing(name);
  if (dkim_option) {
    if (!has_keys_for(reader, row->id, *dkim_option))
      return Error(errors::kDkimNotApplied).with("value", row->name);
    row->dkim_option = static_cast<std::int64_t>(*dkim_option);
  }
  return domain_from(reader, *row, options);
}

Result<Domain> update_domain(storage::Writer& writer, const accounts::Scope& scope, std::string_view name,
                             std::optional<DkimOption> dkim_option, const LookUp* look_up,
                             std::int64_t now_ms, const DomainOptions& options) {
  Result<Domain> wanted = domain_with_option(writer, scope, name, dkim_option, options);
  if (!wanted) return wanted;
  const std::optional<DomainRow> before = find_domain_row(writer, scope, name);
  if (before->dkim_option != static_cast<std::int64_t>(wanted->dkim_option)) {
    if (look_up != nullptr && !knows_keys(*look_up))
      return Error(errors::kDnsUnavailable).with("value", before->name);
    writer.run(kSetOption, before->id, wanted->dkim_option);
  }
  if (options.verification == Verification::trust) writer.run(kTrust, before->id, now_ms);
  if (look_up != nullptr) record_look_up(writer, *look_up, now_ms);
  return get_domain(writer, scope, name, options);
}

Result<Domain> get_domain(storage::Reader& reader, const accounts::Scope& scope, std::string_view name,
                          const DomainOptions& options) {
  const std::optional<DomainRow> row = find_domain_row(reader, scope, name);
  if (!row) return missing(name);
  return domain_from(reader, *row, options);
}

Status delete_domain(storage::Writer& writer, const accounts::Scope& scope, std::string_view name) {
  const std::optional<DomainRow> row = find_domain_row(writer, scope, name);
  if (!row) return missing(name);
  const auto counted = writer.query(kCountAddresses, row->id);
  if (counted->next() && counted->next_integer() > 0)
    return Error(errors::kDomainHasAddresses).with("value", row->name);
  writer.run(kDeleteRecords, row->id);
  writer.run(kDeleteKeys, row->id);
  writer.run(kDelete, row->id);
  return Done{};
}

}  // namespace sesame::senders
