#include "delivery/inbox.hpp"

#include "base/ascii.hpp"
#include "base/id_text.hpp"
#include "base/packed.hpp"
#include "delivery/errors.hpp"
#include "delivery/subject.hpp"

namespace sesame::delivery {
namespace {

using storage::Sql;

constexpr Sql kInsertMail{
    "delivery.insert_inbox_mail",
    "INSERT INTO inbox_mail (account_id, region, message_id, from_address, to_address, subject, received_ms, "
    "size_bytes, packed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Sql kTrim{"delivery.trim_inbox",
                    "DELETE FROM inbox_mail WHERE id <= (SELECT max(id) FROM inbox_mail) - ?1"};
constexpr Sql kList{
    "delivery.list_inbox",
    "SELECT id, message_id, from_address, to_address, subject, received_ms, size_bytes FROM inbox_mail "
    "WHERE account_id = ?1 AND region = ?2 AND (?3 = '' OR lower(to_address) LIKE ?3 ESCAPE '!') "
    "AND (?4 = '' OR lower(subject) LIKE ?4 ESCAPE '!') ORDER BY id DESC LIMIT ?5 OFFSET ?6"};
constexpr Sql kCount{"delivery.count_inbox",
                     "SELECT count(*) FROM inbox_mail WHERE account_id = ?1 AND region = ?2 "
                     "AND (?3 = '' OR lower(to_address) LIKE ?3 ESCAPE '!') "
                     "AND (?4 = '' OR lower(subject) LIKE ?4 ESCAPE '!')"};
constexpr Sql kCountAll{"delivery.count_whole_inbox",
                        "SELECT count(*) FROM inbox_mail WHERE account_id = ?1 AND region = ?2"};
constexpr Sql kFind{"delivery.find_inbox_mail",
                    "SELECT id, message_id, from_address, to_address, subject, received_ms, size_bytes, "
                    "packed FROM inbox_mail "
                    "WHERE id = ?1 AND account_id = ?2 AND region = ?3"};
constexpr Sql kEmpty{"delivery.empty_inbox", "DELETE FROM inbox_mail WHERE account_id = ?1 AND region = ?2"};

/// Makes a lower-case LIKE pattern for "contains", with LIKE's own characters escaped.
std::string containing(const std::optional<std::string>& part) {
  if (!part || part->empty()) return "";
  std::string pattern = "%";
  for (const char c : *part) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += ascii::to_lower(c);
  }
  return pattern + "%";
}

InboxEntry read_entry(storage::Rows& rows) {
  InboxEntry entry;
  entry.id = rows.next_integer();
  entry.message_id = rows.next_text();
  entry.from_address = rows.next_text();
  entry.to_address = rows.next_text();
  entry.subject = rows.next_text();
  entry.received_ms = rows.next_integer();
  entry.size_bytes = rows.next_integer();
  return entry;
}

}  // namespace

InboxMail pack_mail(std::string_view bytes) {
  InboxMail mail;
  mail.subject = read_subject(bytes);
  mail.size_bytes = bytes.size();
  mail.packed = pack(bytes);
  return mail;
}

void store_mail(storage::Writer& writer, const InboxMail& mail) {
  const auto packed = std::as_bytes(std::span(mail.packed));
  writer.run(kInsertMail, mail.scope.account_id, mail.scope.region, mail.message_id, mail.from_address,
             mail.to_address, mail.subject, mail.received_ms, mail.size_bytes, storage::Blob(packed));
}

void trim_inbox(storage::Writer& writer, std::int64_t keep) { writer.run(kTrim, keep); }

InboxPage list_inbox(storage::Reader& reader, const accounts::Scope& scope, const InboxFilter& filter,
                     std::uint32_t offset, std::uint32_t limit) {
  InboxPage page;
  const std::string to = containing(filter.to_address);
  const std::string subject = containing(filter.subject);
  {
    const auto rows = reader.query(kList, scope.account_id, scope.region, to, subject, limit, offset);
    while (rows->next()) page.entries.push_back(read_entry(*rows));
  }
  const bool filtered = !to.empty() || !subject.empty();
  const auto count = filtered ? reader.query(kCount, scope.account_id, scope.region, to, subject)
                              : reader.query(kCountAll, scope.account_id, scope.region);
  if (count->next()) page.total = count->next_integer();
  return page;
}

Result<InboxMessage> find_inbox_mail(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id) {
  const auto rows = reader.query(kFind, id, scope.account_id, scope.region);
  if (!rows->next()) return Error(errors::kUnknownMail).with("value", id_text(id));
  InboxMessage message{read_entry(*rows), {}};
  const storage::Blob packed = rows->next_blob();
  std::optional<std::string> bytes = unpack(packed, static_cast<std::size_t>(message.entry.size_bytes));
  if (!bytes) {
    return Error(errors::kUnreadableMail).with("value", id_text(id)).because("zstd refuses the stored bytes");
  }
  message.bytes = std::move(*bytes);
  return message;
}

std::int64_t empty_inbox(storage::Writer& writer, const accounts::Scope& scope) {
  return writer.run(kEmpty, scope.account_id, scope.region);
}

}  // namespace sesame::delivery
