#pragma once

#include <cstdint>
#include <string_view>

#include "console/event_topics.hpp"
#include "storage/database.hpp"

namespace sesame::console {

/// The rows that make up the state of a topic (event_topics.hpp). Every query finds its rows by an index and
/// reads a bounded number of them. Job: read.
class TopicRows {
 public:
  TopicRows(storage::Reader& reader, std::int64_t account_id) : reader_(reader), account_id_(account_id) {}

  void add_inbox(std::string_view region);
  /// The volumes of the day and of the one before.
  void add_volumes(std::string_view region, std::int64_t day);
  /// The newest mails of the day.
  void add_mails(std::string_view region, std::int64_t day);
  /// The newest tasks; without `states_only` with the numbers of their last runs.
  void add_tasks(std::string_view region, bool states_only);
  void add_task(std::int64_t task_id);
  /// The mails of a single send, by the API's MessageId.
  void add_message(std::string_view message_id);
  void add_domains(std::string_view region);
  void add_domain(std::string_view region, std::string_view name);
  void add_returned_mails(std::string_view region);
  void add_blocks(std::string_view region);
  void add_templates(std::string_view region);
  /// The groups, and the newest imports with their states.
  void add_groups(std::string_view region);
  void add_webhooks(std::string_view region);

  /// The parts, counters and undoing of an import.
  void add_import(std::int64_t import_id);

  /// The state of all added rows.
  TopicState state() const { return state_; }

 private:
  void add(storage::Rows& rows, int columns);

  storage::Reader& reader_;
  const std::int64_t account_id_;
  TopicState state_ = 0;
};

}  // namespace sesame::console
