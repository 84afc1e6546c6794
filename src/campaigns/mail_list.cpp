#include "campaigns/mail_list.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "base/ascii.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/mail_facts.hpp"
#include "messages/status_pages.hpp"
#include "mime/address.hpp"
#include "storage/sql_text.hpp"

namespace sesame::campaigns {

namespace {

using messages::DeliverStatus;
using storage::Sql;
using storage::sql_join;
using storage::SqlText;

// Partial indexes are used when the conditions have their numbers.
static_assert(static_cast<int>(accounts::MailId::Kind::run) == 0);
static_assert(static_cast<int>(accounts::MailId::Kind::send) == 1);

constexpr SqlText kColumns{
    "SELECT id, account_id, region, request_day, kind, parent_id, ordinal, message_id, from_address, "
    "to_address, requested_ms, send_status, deliver_status, deliver_text, delivered_ms, attempts, uncertain, "
    "next_attempt_ms, first_attempt_ms, held, opened, clicked, unsubscribed, complained FROM message "};
constexpr Sql kOfDay{"campaigns.mails_of_day",
                     sql_join<kColumns,
                              "WHERE account_id = ?1 AND region = ?2 AND request_day = ?3 AND id < ?4 "
                              "ORDER BY id DESC LIMIT ?5">};
constexpr Sql kOfPage{"campaigns.mails_of_page",
                      sql_join<kColumns,
                               "WHERE account_id = ?1 AND region = ?2 AND request_day = ?3 AND id >= ?4 "
                               "ORDER BY id LIMIT ?5">};
constexpr Sql kOfRow{"campaigns.mail_of_row",
                     sql_join<kColumns, "WHERE id = ?1 AND account_id = ?2 AND region = ?3">};
constexpr Sql kOfSend{"campaigns.mails_of_send",
                      sql_join<kColumns, "WHERE message_id = ?1 AND kind = 1 ORDER BY id DESC">};
constexpr Sql kOfRun{"campaigns.mails_of_run",
                     sql_join<kColumns,
                              "WHERE parent_id = ?1 AND kind = 0 AND ordinal < ?2 ORDER BY ordinal DESC "
                              "LIMIT ?3">};
constexpr Sql kDayBefore{"campaigns.mail_day_before",
                         "SELECT max(request_day) FROM message WHERE account_id = ?1 AND region = ?2 AND "
                         "request_day < ?3"};
constexpr Sql kDayFrom{"campaigns.mail_day_from",
                       "SELECT min(request_day) FROM message WHERE account_id = ?1 AND region = ?2 AND "
                       "request_day >= ?3"};
constexpr Sql kPages{"campaigns.mail_pages_of_day",
                     "SELECT count(*) FROM message_page WHERE account_id = ?1 AND region = ?2 AND "
                     "request_day = ?3"};
constexpr Sql kRuns{"campaigns.mailed_runs",
                    "SELECT run_id FROM run WHERE task_id = ?1 AND account_id = ?2 AND region = ?3 AND "
                    "run_id <= ?4 ORDER BY run_id DESC"};

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

ListedMail read_mail(storage::Rows& rows) {
  ListedMail mail;
  mail.row_id = rows.next_integer();
  mail.scope.account_id = rows.next_integer();
  mail.scope.region = rows.next_text();
  mail.request_day = rows.next_integer();
  mail.id.kind = rows.next_integer<accounts::MailId::Kind>();
  mail.id.parent_id = rows.next_integer();
  mail.id.ordinal = rows.next_integer<std::uint32_t>();
  mail.id.account_id = mail.scope.account_id;
  mail.message_id = rows.next_text();
  mail.from_address = rows.next_text();
  mail.to_address = rows.next_text();
  mail.requested_ms = rows.next_integer();
  mail.send_status = rows.next_integer<int>();
  mail.status = rows.next_integer<DeliverStatus>();
  mail.text = rows.next_text();
  mail.delivered_ms = rows.next_integer();
  mail.attempts = rows.next_integer<unsigned>();
  mail.uncertain = rows.next_integer<unsigned>();
  mail.next_attempt_ms = rows.next_optional_integer();
  mail.first_attempt_ms = rows.next_integer();
  mail.held = rows.next_flag();
  mail.opened = rows.next_flag();
  mail.clicked = rows.next_flag();
  mail.unsubscribed = rows.next_flag();
  mail.complained = rows.next_flag();
  return mail;
}

bool is_in_domain(std::string_view address, std::string_view domain) {
  const std::string_view found = mime::domain_of(address);
  if (found.size() < domain.size() || !ascii::iequals(found.substr(found.size() - domain.size()), domain))
    return false;
  return found.size() == domain.size() || found[found.size() - domain.size() - 1] == '.';
}

/// The day that a run's MessageId names (message_ids.hpp); nullopt when it names none.
std::optional<std::int64_t> day_of(std::string_view message_id) {
  constexpr std::string_view kMark = "-date-";
  constexpr std::size_t kDigits = 8;
  const std::size_t mark = message_id.find(kMark);
  if (mark == message_id.npos) return std::nullopt;
  const std::string_view digits = message_id.substr(mark + kMark.size(), kDigits);
  if (digits.size() < kDigits) return std::nullopt;
  std::string day(digits.substr(0, 4));
  day.append("-").append(digits.substr(4, 2)).append("-").append(digits.substr(6, 2));
  const Result<std::int64_t> parsed = parse_beijing_day(day);
  if (!parsed) return std::nullopt;
  return *parsed;
}

/// Reads rows in the order of the list and keeps those that match.
class MailScan {
 public:
  MailScan(storage::Reader& reader, const MailListQuery& query)
      : reader_(reader),
        query_(query),
        to_key_(mime::canonical_address(query.to_address)),
        from_key_(mime::canonical_address(query.from_address)) {}

  MailList run() {
    if (!query_.message_id.empty()) {
      scan_message();
    } else if (query_.task_id) {
      scan_task();
    } else {
      scan_days();
    }
    for (ListedMail& mail : found_.mails) fill_facts(mail);
    return std::move(found_);
  }

 private:
  struct Facts {
    std::string subject;
    std::int64_t template_id = 0;
    std::int64_t task_id = 0;
  };

  void scan_message() {
    {
      const auto rows = reader_.query(kOfSend, query_.message_id);
      while (rows->next()) take(read_mail(*rows), {});
    }
    if (found_.scanned > 0) return;
    // A run may last for days after the one that its MessageIds name.
    std::optional<std::int64_t> day = query_.after ? query_.after->part : day_of(query_.message_id);
    while (day && found_.mails.empty()) {
      day = next_day(kDayFrom, *day);
      if (!day || !scan_pages(*day, kEnd)) break;
      ++*day;
    }
    if (!found_.mails.empty()) found_.next.reset();  // A run has one mail of each MessageId.
  }

  void scan_task() {
    const std::int64_t first = query_.after ? query_.after->part : kEnd;
    std::vector<std::int64_t> runs;
    {
      const auto rows =
          reader_.query(kRuns, *query_.task_id, query_.scope.account_id, query_.scope.region, first);
      while (rows->next()) runs.push_back(rows->next_integer());
    }
    for (const std::int64_t run_id : runs) {
      const bool goes_on = query_.after && run_id == query_.after->part;
      const auto rows = reader_.query(kOfRun, run_id, goes_on ? query_.after->at : kEnd,
                                      kMailsScannedMax - found_.scanned + 1);
      while (rows->next()) {
        ListedMail mail = read_mail(*rows);
        const MailPosition place{run_id, mail.id.ordinal};
        if (!take(std::move(mail), place)) return;
      }
    }
  }

  void scan_days() {
    std::optional<std::int64_t> day = query_.day;
    if (!day) day = query_.after ? query_.after->part : next_day(kDayBefore, kEnd);
    if (query_.after && *day != query_.after->part) return;  // The position belongs to another query.
    std::int64_t before = query_.after ? query_.after->at : kEnd;
    while (day) {
      if (!(to_key_.empty() ? scan_day(*day, before) : scan_pages(*day, before))) return;
      if (query_.day) return;
      before = kEnd;
      day = next_day(kDayBefore, *day);
    }
  }

  std::optional<std::int64_t> next_day(const Sql& sql, std::int64_t day) {
    const auto row = reader_.query(sql, query_.scope.account_id, query_.scope.region, day);
    return row->next() ? row->next_optional_integer() : std::nullopt;
  }

  bool scan_day(std::int64_t day, std::int64_t before) {
    const auto rows = reader_.query(kOfDay, query_.scope.account_id, query_.scope.region, day, before,
                                    kMailsScannedMax - found_.scanned + 1);
    while (rows->next()) {
      ListedMail mail = read_mail(*rows);
      const MailPosition place{day, mail.row_id};
      if (!take(std::move(mail), place)) return false;
    }
    return true;
  }

  /// Reads the pages of the day that may hold the recipient or the message.
  bool scan_pages(std::int64_t day, std::int64_t before) {
    if (!may_read_filters(day, before)) return false;
    std::vector<std::uint64_t> keys;
    if (!query_.message_id.empty()) keys.push_back(messages::status_key_of_message(query_.message_id));
    if (!to_key_.empty()) keys.push_back(messages::status_key_of_recipient(to_key_));
    std::vector<messages::StatusPage> pages = messages::find_status_pages(reader_, query_.scope, day, keys);
    for (auto page = pages.rbegin(); page != pages.rend(); ++page) {
      std::vector<ListedMail> mails;
      {
        const auto rows = reader_.query(kOfPage, query_.scope.account_id, query_.scope.region, day,
                                        page->first_row_id, page->rows);
        while (rows->next()) mails.push_back(read_mail(*rows));
      }
      for (auto mail = mails.rbegin(); mail != mails.rend(); ++mail) {
        if (mail->row_id >= before) continue;
        const MailPosition place{day, mail->row_id};
        if (!take(std::move(*mail), place)) return false;
      }
    }
    return true;
  }

  /// False when the filters of further pages must not be read in this call.
  bool may_read_filters(std::int64_t day, std::int64_t before) {
    const auto row = reader_.query(kPages, query_.scope.account_id, query_.scope.region, day);
    const std::int64_t pages = row->next() ? row->next_integer() : 0;
    const bool first = pages_ == 0;  // A day is read whole, however large it is.
    pages_ += pages;
    if (first || pages_ <= kMailPagesScannedMax) return true;
    found_.next = MailPosition{day, before};
    found_.scanned_to_ms = beijing_day_start_ms(day + 1);
    return false;
  }

  /// False when the scan ends here.
  bool take(ListedMail&& mail, std::optional<MailPosition> place) {
    ++found_.scanned;
    found_.scanned_to_ms = mail.requested_ms;
    if (matches(mail)) found_.mails.push_back(std::move(mail));
    const bool full = found_.mails.size() >= query_.limit || found_.scanned >= kMailsScannedMax;
    if (full && place) found_.next = place;
    return !full;
  }

  bool matches(const ListedMail& mail) {
    if (mail.scope.account_id != query_.scope.account_id || mail.scope.region != query_.scope.region)
      return false;
    if (!query_.message_id.empty() && mail.message_id != query_.message_id) return false;
    if (query_.task_id && !query_.message_id.empty() && facts_of(mail).task_id != *query_.task_id)
      return false;
    if (query_.day && mail.request_day != *query_.day) return false;
    if (query_.state && mail.state() != *query_.state) return false;
    if (!query_.to_domain.empty() && !is_in_domain(mail.to_address, query_.to_domain)) return false;
    if (!to_key_.empty() && mime::canonical_address(mail.to_address) != to_key_) return false;
    if (!from_key_.empty() && mime::canonical_address(mail.from_address) != from_key_) return false;
    return !query_.template_id || facts_of(mail).template_id == *query_.template_id;
  }

  const Facts& facts_of(const ListedMail& mail) {
    const auto [place, is_new] = facts_.try_emplace({mail.id.kind, mail.id.parent_id});
    if (is_new) {
      if (auto found = find_mail_facts(reader_, mail.id))
        place->second = {std::move(found->subject), found->template_id, found->task_id};
    }
    return place->second;
  }

  void fill_facts(ListedMail& mail) {
    const Facts& facts = facts_of(mail);
    mail.subject = facts.subject;
    mail.template_id = facts.template_id;
    mail.task_id = facts.task_id;
  }

  storage::Reader& reader_;
  const MailListQuery& query_;
  const std::string to_key_;
  const std::string from_key_;
  MailList found_;
  std::int64_t pages_ = 0;  // Pages of which the filters were read.
  std::map<std::pair<accounts::MailId::Kind, std::int64_t>, Facts> facts_;
};

}  // namespace

RecipientState ListedMail::state() const {
  switch (status) {
    case DeliverStatus::waiting:
      return RecipientState::waiting;
    case DeliverStatus::delivered:
      return RecipientState::delivered;
    case DeliverStatus::refused:
      return RecipientState::refused;
    case DeliverStatus::deferred:
      return RecipientState::deferred;
    case DeliverStatus::dropped:
      break;
  }
  return send_status != 0 ? RecipientState::withheld : RecipientState::dropped;
}

MailList list_mails(storage::Reader& reader, const MailListQuery& query) {
  return MailScan(reader, query).run();
}

std::vector<ListedMail> find_mails(storage::Reader& reader, const accounts::Scope& scope,
                                   std::string_view message_id) {
  constexpr std::size_t kRecipientsMax = 100;  // SES: SendEmail has at most 90.
  constexpr int kRoundsMax = 4;                // Each reads a bounded number of rows.
  MailListQuery query;
  query.scope = scope;
  query.message_id = message_id;
  query.limit = kRecipientsMax;
  MailList list;
  for (int round = 0; round < kRoundsMax; ++round) {
    list = list_mails(reader, query);
    if (!list.mails.empty() || !list.next) break;
    query.after = list.next;
  }
  std::ranges::sort(list.mails, {}, [](const ListedMail& mail) { return mail.id.ordinal; });
  return std::move(list.mails);
}

std::optional<ListedMail> find_mail(storage::Reader& reader, const accounts::Scope& scope,
                                    std::int64_t row_id) {
  std::optional<ListedMail> mail;
  {
    const auto rows = reader.query(kOfRow, row_id, scope.account_id, scope.region);
    if (!rows->next()) return std::nullopt;
    mail = read_mail(*rows);
  }
  if (auto facts = find_mail_facts(reader, mail->id)) {
    mail->subject = std::move(facts->subject);
    mail->template_id = facts->template_id;
    mail->task_id = facts->task_id;
  }
  return mail;
}

}  // namespace sesame::campaigns
