#include "returns/evidence.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/id_text.hpp"
#include "base/packed.hpp"
#include "mime/address.hpp"
#include "returns/errors.hpp"
#include "storage/sql_text.hpp"

namespace sesame::returns {

namespace {

using storage::Sql;
using storage::sql_join;
using storage::sql_parameters;
using storage::SqlText;

constexpr std::int64_t kTrimEvery = 64;   // Rows between two trims; a few more than the limit may be stored.
constexpr std::int64_t kTrimBatch = 256;  // Rows that one mail's arrival deletes at most.

constexpr SqlText kColumns{
    "id, account_id, region, received_ms, mail_kind, parent_id, ordinal, message_id, to_address, "
    "reported_address, class, status, reply_code, reason, effect, envelope_from, envelope_to, peer_address, "
    "size_bytes"};
constexpr SqlText kInserted{
    "account_id, region, received_ms, mail_kind, parent_id, ordinal, message_id, to_address, "
    "to_canonical, reported_address, class, status, reply_code, reason, effect, envelope_from, "
    "envelope_to, peer_address, size_bytes, kept_bytes, packed"};
constexpr Sql kInsert{
    "returns.insert_evidence",
    sql_join<"INSERT INTO returned_mail (", kInserted, ") VALUES (", sql_parameters<kInserted>, ")">};
constexpr Sql kCountOfMail{
    "returns.count_evidence_of_mail",
    "SELECT count(*) FROM returned_mail WHERE parent_id = ?2 AND ordinal = ?3 AND mail_kind = ?1"};
constexpr Sql kDropOneOfMail{
    "returns.drop_evidence_of_mail",
    "DELETE FROM returned_mail WHERE id = (SELECT min(id) FROM returned_mail WHERE parent_id = ?2 AND "
    "ordinal = ?3 AND mail_kind = ?1 AND effect = ?4)"};
constexpr Sql kTrimCount{
    "returns.trim_evidence",
    "DELETE FROM returned_mail WHERE id IN (SELECT id FROM returned_mail WHERE account_id = ?1 AND region = "
    "?2 "
    "AND id <= (SELECT id FROM returned_mail WHERE account_id = ?1 AND region = ?2 ORDER BY id DESC LIMIT 1 "
    "OFFSET ?3) ORDER BY id LIMIT ?4)"};
constexpr Sql kDeleteExpired{"returns.delete_expired_evidence",
                             "DELETE FROM returned_mail WHERE received_ms < ?1 AND id IN "
                             "(SELECT id FROM returned_mail ORDER BY id LIMIT ?2)"};
// An empty ?3 or ?4 switches its filter off.
constexpr SqlText kMatches{
    "FROM returned_mail WHERE account_id = ?1 AND region = ?2 AND (?3 = '' OR to_canonical = ?3) AND "
    "(?4 = '' OR class = ?4) AND received_ms >= ?5 AND received_ms < ?6 "};
constexpr Sql kList{"returns.list_evidence",
                    sql_join<"SELECT ", kColumns, " ", kMatches, "ORDER BY id DESC LIMIT ?7 OFFSET ?8">};
constexpr Sql kCount{"returns.count_evidence", sql_join<"SELECT count(*) ", kMatches>};
constexpr Sql kListOfMessage{
    "returns.list_evidence_of_message",
    sql_join<"SELECT ", kColumns, " ", kMatches, "AND message_id = ?9 ORDER BY id DESC LIMIT ?7 OFFSET ?8">};
constexpr Sql kCountOfMessage{"returns.count_evidence_of_message",
                              sql_join<"SELECT count(*) ", kMatches, "AND message_id = ?7">};
constexpr Sql kFind{"returns.find_evidence",
                    sql_join<"SELECT ", kColumns,
                             ", kept_bytes, packed FROM returned_mail WHERE id = ?1 AND account_id = ?2 AND "
                             "region = ?3">};

Evidence read(storage::Rows& rows) {
  Evidence mail;
  mail.id = rows.next_integer();
  mail.scope = {rows.next_integer(), std::string(rows.next_text())};
  mail.received_ms = rows.next_integer();
  const auto kind = rows.next_optional_integer<accounts::MailId::Kind>();
  const std::int64_t parent_id = rows.next_integer();
  const auto ordinal = rows.next_integer<std::uint32_t>();
  if (kind) mail.mail = accounts::MailId{mail.scope.account_id, *kind, parent_id, ordinal};
  mail.message_id = rows.next_text();
  mail.to_address = rows.next_text();
  mail.reported_address = rows.next_text();
  mail.bounce_class = rows.next_text();
  mail.status = rows.next_text();
  mail.reply_code = rows.next_text();
  mail.reason = rows.next_text();
  mail.effect = rows.next_integer<ReturnEffect>();
  mail.envelope_from = rows.next_text();
  mail.envelope_to = rows.next_text();
  mail.peer_address = rows.next_text();
  mail.size_bytes = rows.next_integer();
  return mail;
}

std::string canonical_or_empty(std::string_view address) {
  return address.empty() ? std::string() : mime::canonical_address(address);
}

/// Makes room for another returned mail about this sent mail by deleting the oldest without an effect. False
/// when all had effects.
bool make_room(storage::Writer& writer, const accounts::MailId& mail, std::int64_t most) {
  {
    const auto count = writer.query(kCountOfMail, mail.kind, mail.parent_id, mail.ordinal);
    if (!count->next() || count->next_integer() < most) return true;
  }
  return writer.run(kDropOneOfMail, mail.kind, mail.parent_id, mail.ordinal, ReturnEffect::none) > 0;
}

void trim(storage::Writer& writer, const Evidence& mail, const EvidenceLimits& limits) {
  const std::int64_t most = mail.mail ? limits.mails_per_account : limits.unmatched_mails;
  writer.run(kTrimCount, mail.scope.account_id, mail.scope.region, most, kTrimBatch);
}

}  // namespace

PackedMail pack_evidence(std::string_view bytes, std::size_t kept_max) {
  PackedMail mail;
  bytes = bytes.substr(0, kept_max);
  mail.kept_bytes = bytes.size();
  mail.packed = pack(bytes);
  return mail;
}

bool keep_evidence(storage::Writer& writer, const Evidence& mail, const PackedMail& bytes,
                   const EvidenceLimits& limits) {
  if (mail.mail && !make_room(writer, *mail.mail, limits.mails_per_message)) return false;
  std::optional<accounts::MailId::Kind> kind;
  std::optional<std::int64_t> parent_id;
  std::optional<std::int64_t> ordinal;
  if (mail.mail) {
    kind = mail.mail->kind;
    parent_id = mail.mail->parent_id;
    ordinal = mail.mail->ordinal;
  }
  const std::string canonical = canonical_or_empty(mail.to_address);
  const auto packed = std::as_bytes(std::span(bytes.packed));
  const std::int64_t id = writer.insert(
      kInsert, mail.scope.account_id, mail.scope.region, mail.received_ms, kind, parent_id, ordinal,
      mail.message_id, mail.to_address, canonical, mail.reported_address, mail.bounce_class, mail.status,
      mail.reply_code, mail.reason, mail.effect, mail.envelope_from, mail.envelope_to, mail.peer_address,
      mail.size_bytes, bytes.kept_bytes, storage::Blob(packed));
  if (id % kTrimEvery == 0) trim(writer, mail, limits);
  return true;
}

EvidencePage list_evidence(storage::Reader& reader, const accounts::Scope& scope,
                           const EvidenceFilter& filter) {
  const std::string to = canonical_or_empty(filter.to_address);
  const bool one = !filter.message_id.empty();
  EvidencePage page;
  const auto count = one ? reader.query(kCountOfMessage, scope.account_id, scope.region, to,
                                        filter.bounce_class, filter.from_ms, filter.to_ms, filter.message_id)
                         : reader.query(kCount, scope.account_id, scope.region, to, filter.bounce_class,
                                        filter.from_ms, filter.to_ms);
  if (count->next()) page.total = count->next_integer();
  if (filter.offset >= page.total) return page;
  const auto rows =
      one ? reader.query(kListOfMessage, scope.account_id, scope.region, to, filter.bounce_class,
                         filter.from_ms, filter.to_ms, filter.limit, filter.offset, filter.message_id)
          : reader.query(kList, scope.account_id, scope.region, to, filter.bounce_class, filter.from_ms,
                         filter.to_ms, filter.limit, filter.offset);
  while (rows->next()) page.rows.push_back(read(*rows));
  return page;
}

Result<EvidenceMail> find_evidence(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id) {
  const auto rows = reader.query(kFind, id, scope.account_id, scope.region);
  if (!rows->next()) return Error(errors::kUnknown).with("value", id_text(id));
  EvidenceMail found{read(*rows), {}};
  const auto kept_bytes = rows->next_integer<std::size_t>();
  std::optional<std::string> bytes = unpack(rows->next_blob(), kept_bytes);
  if (!bytes) {
    return Error(errors::kUnreadable).with("value", id_text(id)).because("zstd refuses the stored bytes");
  }
  found.bytes = std::move(*bytes);
  return found;
}

std::int64_t delete_expired_evidence(storage::Writer& writer, std::int64_t before_ms, std::int64_t most) {
  return writer.run(kDeleteExpired, before_ms, most);
}

}  // namespace sesame::returns
