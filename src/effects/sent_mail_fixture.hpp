#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "campaigns/ledger.hpp"
#include "campaigns/sends.hpp"
#include "campaigns/tasks.hpp"
#include "effects/event.hpp"
#include "messages/marks.hpp"
#include "messages/rows.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::effects {

inline constexpr std::int64_t kNoon = 1'796'126'400'000;  // 2026-12-01 12:00 UTC.
inline constexpr std::int64_t kLongAgo = kNoon - 3'600'000;

/// A run of account 1 that mails from news@shop.test, with the rows that a test gives its mails.
class SentMails {
 public:
  static constexpr std::uint32_t kRecipients = 1'000;

  explicit SentMails(testkit::TempDatabase& database, std::string to_address = "reader@post.test")
      : database_(database), to_address_(std::move(to_address)) {
    run_id_ = database_.change([&](storage::Writer& writer) {
      campaigns::NewTask task;
      task.scope = scope_;
      task.app_id = "1251000000";
      task.sender = from_address_;
      task.sender_domain = "shop.test";
      task.subject = "Offers";
      task.bound = kRecipients;
      task.requested = kRecipients;
      task.now_ms = kNoon;
      const campaigns::OrdinalRange all{0, kRecipients};
      campaigns::start_task(writer, random_, task, std::span(&all, 1));
      const auto row = writer.query({"test.newest_run", "SELECT max(run_id) FROM run"});
      return row->next() ? row->next_integer() : 0;
    });
  }

  accounts::MailId id(std::uint32_t ordinal) const {
    return {scope_.account_id, accounts::MailId::Kind::run, run_id_, ordinal};
  }

  /// Records the end of an attempt at a mail.
  void record(std::uint32_t ordinal, messages::DeliverStatus status, std::int64_t at_ms = kLongAgo) {
    database_.change([&](storage::Writer& writer) {
      messages::Outcome outcome;
      outcome.id = id(ordinal);
      outcome.scope = scope_;
      outcome.message_id = "id-" + std::to_string(ordinal);
      outcome.from_address = from_address_;
      outcome.to_address = to_address_;
      outcome.requested_ms = kNoon;
      outcome.status = status;
      outcome.happened_ms = at_ms;
      messages::record_outcomes(writer, std::span(&outcome, 1));
      const bool delivered = status == messages::DeliverStatus::delivered;
      campaigns::LedgerEntry entry{
          run_id_, ordinal, delivered ? campaigns::LedgerState::delivered : campaigns::LedgerState::deferred};
      campaigns::record_outcomes(writer, std::span(&entry, 1), at_ms);
    });
  }
  /// Queues a single send whose first attempt has not ended.
  accounts::MailId queue_send() {
    return database_.change([&](storage::Writer& writer) {
      campaigns::NewSend send;
      send.scope = scope_;
      send.from_address = from_address_;
      send.sender_domain = "shop.test";
      send.subject = "Offers";
      send.to = {to_address_};
      send.now_ms = kNoon;
      const campaigns::StoredSend stored = campaigns::create_send(writer, random_, send);
      messages::NewMessage message;
      message.id = {scope_.account_id, accounts::MailId::Kind::send, stored.id, 0};
      message.scope = scope_;
      message.message_id = stored.message_id;
      message.from_address = from_address_;
      message.to_address = to_address_;
      message.requested_ms = kNoon;
      messages::enqueue(writer, std::span(&message, 1));
      return message.id;
    });
  }
  /// Ends the run: none of its mails will appear any more.
  void finish() {
    database_.change([&](storage::Writer& writer) {
      writer.run({"test.finish_run", "UPDATE run SET finished_ms = ?2 WHERE run_id = ?1"}, run_id_, kNoon);
    });
  }

  bool has(const accounts::MailId& id, messages::Mark mark) {
    return database_.look([&](storage::Reader& reader) {
      const auto row = messages::find_message(reader, id);
      if (!row) return false;
      const auto marks = reader.query(
          {"test.marks", "SELECT opened, clicked, unsubscribed, complained FROM message WHERE id = ?1"},
          row->row_id);
      if (!marks->next()) return false;
      marks->skip(static_cast<int>(mark));
      const bool is_set = marks->next_flag();
      marks->skip_rest();
      return is_set;
    });
  }
  /// Whether the mail is marked as returned.
  bool returned(std::uint32_t ordinal) {
    return text_of(ordinal, messages::DeliverStatus::refused).has_value();
  }
  std::optional<std::string> text_of(std::uint32_t ordinal, messages::DeliverStatus status) {
    return database_.look([&](storage::Reader& reader) -> std::optional<std::string> {
      const auto row = messages::find_message(reader, id(ordinal));
      if (!row || row->status != status) return std::nullopt;
      const auto text =
          reader.query({"test.text", "SELECT deliver_text FROM message WHERE id = ?1"}, row->row_id);
      return text->next() ? std::optional<std::string>(text->next_text()) : std::nullopt;
    });
  }

 private:
  testkit::TempDatabase& database_;
  testkit::SeededRandom random_;
  const accounts::Scope scope_{1, "ap-guangzhou"};
  const std::string from_address_ = "news@shop.test";
  const std::string to_address_;
  std::int64_t run_id_ = 0;
};

/// Collects the queued events. Thread: one.
class RecordedEvents final : public EventOutlet {
 public:
  bool wants(const accounts::Scope&, std::string_view, EventKind) const override { return true; }
  void queue(storage::Writer& writer, std::span<const Event> queued) override {
    writer.after_commit([this, kept = std::vector(queued.begin(), queued.end())] {
      events.insert(events.end(), kept.begin(), kept.end());
    });
  }
  std::vector<Event> events;
};

}  // namespace sesame::effects
