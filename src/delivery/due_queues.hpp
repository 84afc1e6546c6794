#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

#include "base/error.hpp"
#include "delivery/crowded_queues.hpp"
#include "messages/admission.hpp"
#include "messages/queues.hpp"
#include "storage/database.hpp"

namespace sesame::delivery {

/// Finds the rows of table message that are due, by their queues: in turns, so that no queue takes all room,
/// and none of a queue whose destination has no room, however many are due. Thread: feeder.
class DueQueues {
 public:
  /// A queue without room is put off in the table for this long. It is asked again as soon as there is room;
  /// after a crash, and beyond CrowdedQueues::kQueuesMax, when this time is over.
  static constexpr std::int64_t kPutOffMs = 60'000;

  /// The arguments outlive it. Null: there is always room.
  DueQueues(storage::Database& database, messages::Admission* admission)
      : database_(database), admission_(admission) {}

  /// Finds at most `room` rows that are not in flight, and adds them to those. Returns them.
  std::vector<std::int64_t> take(std::size_t room, std::int64_t now_ms,
                                 std::unordered_set<std::int64_t>& in_flight);

 private:
  using Turn = CrowdedQueues::Turn;
  /// The state of one take().
  struct Look {
    std::size_t room;
    std::int64_t now_ms;
    std::unordered_set<std::int64_t>& in_flight;
    std::vector<std::int64_t> row_ids{};
    std::vector<std::int64_t> put_off{};  // Queues to be put off.
    std::vector<std::int64_t> correct{};  // Queues whose time is not that of a due row any more.
    bool failed = false;                  // The database could not be read or written.
  };

  void look_at_crowded(Look& look);
  void look_at_table(Look& look);
  std::vector<Turn> next_page(Look& look);
  std::vector<Turn> serve(std::vector<Turn> turns, Look& look);
  std::vector<Turn> serve_once(std::vector<Turn> turns, std::size_t share_max, Look& look);
  std::vector<messages::DueRows> find_rows(const std::vector<Turn>& turns, std::size_t share, Look& look);
  bool take_rows(Turn& turn, const messages::DueRows& found, std::size_t share, Look& look);
  bool has_room(Turn& turn, Look& look);
  void save(Look& look);

  storage::Database& database_;
  messages::Admission* const admission_;
  messages::QueuePosition position_;  // The queue of the table that had its turn last.
  CrowdedQueues crowded_;
};

}  // namespace sesame::delivery
