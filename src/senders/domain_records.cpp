#include <utility>

#include "senders/rows.hpp"

namespace sesame::senders {
namespace {

using storage::Sql;

constexpr Sql kKeys{
    "senders.list_public_keys",
    "SELECT bits, selector, public_key FROM sender_domain_key WHERE domain_id = ?1 ORDER BY bits"};
constexpr Sql kFound{"senders.list_findings",
                     "SELECT kind, value, matches FROM sender_domain_record WHERE domain_id = ?1"};

DomainRecord text_record(RecordKind kind, std::string name, std::string expected) {
  return {.kind = kind, .type = "TXT", .name = std::move(name), .expected_value = std::move(expected)};
}

void fill_by_trust(std::vector<DomainRecord>& records, bool verified) {
  for (DomainRecord& record : records) {
    record.matches = verified;
    if (verified) record.current_value = record.expected_value;
  }
}

void fill_as_found(storage::Reader& reader, std::int64_t domain_id, std::vector<DomainRecord>& records) {
  const auto rows = reader.query(kFound, domain_id);
  while (rows->next()) {
    const auto kind = rows->next_integer<RecordKind>();
    const std::string_view value = rows->next_text();
    const bool matches = rows->next_flag();
    for (DomainRecord& record : records) {
      if (record.kind != kind) continue;
      record.current_value = value;
      record.matches = matches;
    }
  }
}

}  // namespace

std::vector<RecordKind> kinds_of(std::int64_t dkim_option) {
  std::vector<RecordKind> kinds{RecordKind::mx, RecordKind::spf};
  if (uses_key(dkim_option, 1024)) kinds.push_back(RecordKind::dkim1024);
  if (uses_key(dkim_option, 2048)) kinds.push_back(RecordKind::dkim2048);
  kinds.push_back(RecordKind::dmarc);
  return kinds;
}

std::vector<DomainRecord> records_of(storage::Reader& reader, const DomainRow& row,
                                     const DomainOptions& options) {
  std::vector<DomainRecord> records;
  records.push_back(
      {.kind = RecordKind::mx, .type = "MX", .name = row.name, .expected_value = options.mx_host + "."});
  records.push_back(text_record(RecordKind::spf, row.name,
                                "v=spf1 include:" + options.spf_include + " ~all"));  // RFC 7208 §5.2
  const auto keys = reader.query(kKeys, row.id);
  while (keys->next()) {
    const std::int64_t bits = keys->next_integer();
    std::string name = std::string(keys->next_text()) + "._domainkey." + row.name;
    std::string value = "v=DKIM1; k=rsa; p=" + std::string(keys->next_text());  // RFC 6376 §3.6
    if (!uses_key(row.dkim_option, bits)) continue;
    const RecordKind kind = bits == 2048 ? RecordKind::dkim2048 : RecordKind::dkim1024;
    records.push_back(text_record(kind, std::move(name), std::move(value)));
  }
  // RFC 7489 §6.1
  records.push_back(text_record(RecordKind::dmarc, "_dmarc." + row.name, "v=DMARC1; p=none"));
  if (options.verification == Verification::trust) {
    fill_by_trust(records, row.verified);
  } else {
    fill_as_found(reader, row.id, records);
  }
  return records;
}

}  // namespace sesame::senders
