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
    for (DomainRecord& record : records) {
      if (static_cast<std::int64_t>(record.kind) != rows->integer(0)) continue;
      record.current_value = rows->text(1);
      record.matches = rows->integer(2) != 0;
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
    if (!uses_key(row.dkim_option, keys->integer(0))) continue;
    const RecordKind kind = keys->integer(0) == 2048 ? RecordKind::dkim2048 : RecordKind::dkim1024;
    records.push_back(text_record(kind, std::string(keys->text(1)) + "._domainkey." + row.name,
                                  "v=DKIM1; k=rsa; p=" + std::string(keys->text(2))));  // RFC 6376 §3.6
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
