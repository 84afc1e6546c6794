#include "effects/complaints.hpp"

#include "base/ascii.hpp"
#include "effects/volumes.hpp"
#include "mime/address.hpp"
#include "storage/sql_text.hpp"

namespace sesame::effects {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::sql_parameters;
using storage::SqlText;

constexpr SqlText kInserted{
    "account_id, region, complained_ms, inserted_ms, delivered_ms, from_address, from_canonical, "
    "from_domain, to_address, to_canonical, to_domain, source_ip, template_id, bulk_id, header_id, "
    "subject"};
constexpr Sql kInsert{
    "effects.insert_complaint",
    sql_join<"INSERT INTO complaint (", kInserted, ") VALUES (", sql_parameters<kInserted>, ")">};
// An empty parameter ?5 to ?9 switches its filter off.
constexpr SqlText kMatches{
    "FROM complaint WHERE account_id = ?1 AND region = ?2 AND complained_ms >= ?3 AND complained_ms < ?4 "
    "AND (?5 = '' OR from_domain = ?5) AND (?6 = '' OR from_canonical = ?6) AND (?7 = '' OR to_domain = ?7) "
    "AND (?8 = '' OR to_canonical = ?8) AND (?9 = '' OR template_id = ?9) "};
constexpr Sql kList{"effects.list_complaints",
                    sql_join<"SELECT from_address, to_address, source_ip, template_id, bulk_id, header_id, "
                             "subject, delivered_ms, complained_ms, inserted_ms ",
                             kMatches, "ORDER BY complained_ms DESC, id DESC LIMIT ?10 OFFSET ?11">};
constexpr Sql kCount{"effects.count_complaints", sql_join<"SELECT count(*) ", kMatches>};
// They are stored in the order of their numbers.
constexpr Sql kDeleteExpired{
    "effects.delete_expired_complaints",
    "DELETE FROM complaint WHERE id IN (SELECT id FROM complaint ORDER BY id LIMIT ?2) AND "
    "inserted_ms < ?1"};

std::string canonical_or_empty(std::string_view address) {
  return address.empty() ? std::string() : mime::canonical_address(address);
}

Complaint read(storage::Rows& rows) {
  return {.from_address = std::string(rows.next_text()),
          .to_address = std::string(rows.next_text()),
          .source_ip = std::string(rows.next_text()),
          .template_id = std::string(rows.next_text()),
          .bulk_id = std::string(rows.next_text()),
          .header_id = std::string(rows.next_text()),
          .subject = std::string(rows.next_text()),
          .delivered_ms = rows.next_integer(),
          .complained_ms = rows.next_integer(),
          .inserted_ms = rows.next_integer()};
}

}  // namespace

void record_complaint(storage::Writer& writer, const accounts::Scope& scope, const Complaint& complaint) {
  const std::string from = mime::canonical_address(complaint.from_address);
  const std::string to = mime::canonical_address(complaint.to_address);
  writer.run(kInsert, scope.account_id, scope.region, complaint.complained_ms, complaint.inserted_ms,
             complaint.delivered_ms, complaint.from_address, from, counted_domain(complaint.from_address),
             complaint.to_address, to, counted_domain(complaint.to_address), complaint.source_ip,
             complaint.template_id, complaint.bulk_id, complaint.header_id, complaint.subject);
}

ComplaintPage list_complaints(storage::Reader& reader, const accounts::Scope& scope,
                              const ComplaintFilter& filter) {
  const std::string from = canonical_or_empty(filter.from_address);
  const std::string to = canonical_or_empty(filter.to_address);
  const std::string from_domain = ascii::lower(filter.from_domain);
  const std::string to_domain = ascii::lower(filter.to_domain);
  ComplaintPage page;
  const auto count = reader.query(kCount, scope.account_id, scope.region, filter.from_ms, filter.to_ms,
                                  from_domain, from, to_domain, to, filter.template_id);
  if (count->next()) page.total = count->next_integer();
  if (filter.offset >= page.total) return page;
  const auto rows =
      reader.query(kList, scope.account_id, scope.region, filter.from_ms, filter.to_ms, from_domain, from,
                   to_domain, to, filter.template_id, filter.limit, filter.offset);
  while (rows->next()) page.complaints.push_back(read(*rows));
  return page;
}

std::int64_t delete_expired_complaints(storage::Writer& writer, std::int64_t before_ms, std::int64_t most) {
  return writer.run(kDeleteExpired, before_ms, most);
}

}  // namespace sesame::effects
