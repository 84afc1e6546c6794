#include "delivery/inbox.hpp"

#include <utility>

#include "base/id_text.hpp"
#include "base/packed.hpp"
#include "base/utf8.hpp"
#include "delivery/errors.hpp"
#include "delivery/subject.hpp"
#include "mime/address.hpp"
#include "mime/searchable.hpp"
#include "mime/unicode.hpp"
#include "storage/sql_text.hpp"

namespace sesame::delivery {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

constexpr Sql kInsertMail{
    "delivery.insert_inbox_mail",
    "INSERT INTO inbox_mail (account_id, region, message_id, from_address, to_address, subject, received_ms, "
    "size_bytes, packed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Sql kTrim{"delivery.trim_inbox",
                    "DELETE FROM inbox_mail WHERE id IN (SELECT id FROM inbox_mail WHERE account_id = ?1 AND "
                    "region = ?2 ORDER BY id LIMIT ?3)"};
constexpr Sql kAddCount{"delivery.add_inbox_count",
                        "INSERT INTO inbox_count (account_id, region, mails) VALUES (?1, ?2, ?3) ON CONFLICT "
                        "(account_id, region) "
                        "DO UPDATE SET mails = inbox_count.mails + excluded.mails"};
constexpr Sql kCount{"delivery.count_inbox",
                     "SELECT mails FROM inbox_count WHERE account_id = ?1 AND region = ?2"};
constexpr SqlText kEntries{
    "SELECT id, message_id, from_address, to_address, subject, received_ms, size_bytes FROM inbox_mail "
    "WHERE account_id = ?1 AND region = ?2 ORDER BY id DESC"};
constexpr Sql kList{"delivery.list_inbox", sql_join<kEntries, " LIMIT ?3 OFFSET ?4">};
constexpr Sql kSearch{"delivery.search_inbox", sql_join<kEntries>};
// The scope is compared in code: with the scope in the condition SQLite would use its index and read the
// whole inbox.
constexpr Sql kSearchMessage{
    "delivery.search_inbox_message",
    "SELECT account_id, region, id, message_id, from_address, to_address, subject, received_ms, size_bytes "
    "FROM inbox_mail WHERE message_id = ?1 ORDER BY id DESC"};
constexpr Sql kFind{"delivery.find_inbox_mail",
                    "SELECT id, message_id, from_address, to_address, subject, received_ms, size_bytes, "
                    "packed FROM inbox_mail "
                    "WHERE id = ?1 AND account_id = ?2 AND region = ?3"};
constexpr Sql kEmpty{"delivery.empty_inbox", "DELETE FROM inbox_mail WHERE account_id = ?1 AND region = ?2"};

constexpr Sql kOfMessage{"delivery.inbox_of_message",
                         "SELECT id, to_address, account_id, region FROM inbox_mail WHERE message_id = ?1 "
                         "ORDER BY id DESC"};
constexpr Sql kHas{"delivery.has_inbox_mail",
                   "SELECT 1 FROM inbox_mail WHERE id = ?1 AND account_id = ?2 AND region = ?3"};

/// A part of an address and of a subject that mails are searched for, folded as addresses are compared.
class Wanted {
 public:
  explicit Wanted(const InboxFilter& filter)
      : to_(mime::folded(utf8::mended(filter.to_address.value_or("")))),
        from_(mime::folded(utf8::mended(filter.from_address.value_or("")))),
        subject_(mime::folded(utf8::mended(filter.subject.value_or("")))) {}

  bool everything() const { return to_.empty() && from_.empty() && subject_.empty(); }
  bool fits(const InboxEntry& entry) const {
    if (!to_.empty() && mime::searchable_address(entry.to_address).find(to_) == std::string::npos)
      return false;
    if (!from_.empty() && mime::searchable_address(entry.from_address).find(from_) == std::string::npos)
      return false;
    return subject_.empty() || mime::folded(utf8::mended(entry.subject)).find(subject_) != std::string::npos;
  }

 private:
  std::string to_;
  std::string from_;
  std::string subject_;
};

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

void trim_inbox(storage::Writer& writer, const accounts::Scope& scope, std::int64_t stored,
                std::int64_t keep) {
  std::int64_t mails = stored;
  if (const auto row = writer.query(kCount, scope.account_id, scope.region); row->next())
    mails += row->next_integer();
  std::int64_t removed = 0;
  if (mails > keep) removed = writer.run(kTrim, scope.account_id, scope.region, mails - keep);
  writer.run(kAddCount, scope.account_id, scope.region, stored - removed);
}

InboxPage list_inbox(storage::Reader& reader, const accounts::Scope& scope, const InboxFilter& filter,
                     std::uint32_t offset, std::uint32_t limit) {
  InboxPage page;
  const Wanted wanted(filter);
  const auto take = [&](InboxEntry entry) {
    if (!wanted.fits(entry)) return;
    const bool shown = page.total >= offset && page.entries.size() < limit;
    if (shown) page.entries.push_back(std::move(entry));
    ++page.total;
  };
  if (!filter.message_id.empty()) {
    const auto rows = reader.query(kSearchMessage, filter.message_id);
    while (rows->next()) {
      const bool of_account = rows->next_integer() == scope.account_id;
      const bool of_region = rows->next_text() == scope.region;
      InboxEntry entry = read_entry(*rows);
      if (of_account && of_region) take(std::move(entry));
    }
    return page;
  }
  if (!wanted.everything()) {
    const auto rows = reader.query(kSearch, scope.account_id, scope.region);
    while (rows->next()) take(read_entry(*rows));
    return page;
  }
  const auto rows = reader.query(kList, scope.account_id, scope.region, limit, offset);
  while (rows->next()) page.entries.push_back(read_entry(*rows));
  const auto count = reader.query(kCount, scope.account_id, scope.region);
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

std::optional<std::int64_t> find_inbox_id(storage::Reader& reader, const accounts::Scope& scope,
                                          std::string_view message_id, std::string_view to_address) {
  const std::string wanted = mime::canonical_address(to_address);
  // A run's MessageId belongs to one recipient, a single send's to at most 90.
  const auto rows = reader.query(kOfMessage, message_id);
  while (rows->next()) {
    const std::int64_t id = rows->next_integer();
    const bool same_recipient = mime::canonical_address(rows->next_text()) == wanted;
    const bool of_account = rows->next_integer() == scope.account_id;
    const bool of_region = rows->next_text() == scope.region;
    if (same_recipient && of_account && of_region) return id;
  }
  return std::nullopt;
}

bool has_inbox_mail(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id) {
  return reader.query(kHas, id, scope.account_id, scope.region)->next();
}

std::int64_t empty_inbox(storage::Writer& writer, const accounts::Scope& scope) {
  const std::int64_t removed = writer.run(kEmpty, scope.account_id, scope.region);
  writer.run(kAddCount, scope.account_id, scope.region, -removed);
  return removed;
}

}  // namespace sesame::delivery
