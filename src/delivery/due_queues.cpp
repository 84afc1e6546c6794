#include "delivery/due_queues.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.hpp"

namespace sesame::delivery {
namespace {

constexpr std::size_t kPage = 256;  // Queues.
// Rows of a queue in its first turn; in each further one twice as many. So few rows are found in vain when
// the room of their destination ends, and one long queue needs few turns.
constexpr std::size_t kFirstShare = 8;

void report(const Error& error) {
  log_warning("delivery.due_messages_not_read", {{"reason", error.reason()}, {"cause", error.cause()}});
}

}  // namespace

std::vector<std::int64_t> DueQueues::take(std::size_t room, std::int64_t now_ms,
                                          std::unordered_set<std::int64_t>& in_flight) {
  Look look{room, now_ms, in_flight};
  look_at_crowded(look);
  look_at_table(look);
  save(look);
  return std::move(look.row_ids);
}

/// Queues that had no room before go first: their mail has waited longer than its time.
void DueQueues::look_at_crowded(Look& look) {
  if (admission_ == nullptr || look.room == 0) return;
  for (Turn& turn : serve(crowded_.take(*admission_), look)) {
    const messages::Crowd crowd = *turn.crowd;
    crowded_.add(crowd, std::move(turn.queue));
  }
}

/// Goes around the due queues once, from where the last look ended.
void DueQueues::look_at_table(Look& look) {
  const messages::QueuePosition start = position_;
  bool from_front = start == messages::QueuePosition{};
  while (look.room > 0 && !look.failed) {
    std::vector<Turn> page = next_page(look);
    const bool last = page.size() < kPage;
    serve(std::move(page), look);
    if (look.put_off.size() >= CrowdedQueues::kQueuesMax) save(look);
    if (look.room == 0 || look.failed) return;
    if (last) {
      // Queues may have got a time before the position.
      position_ = messages::QueuePosition{};
      if (std::exchange(from_front, true)) return;
    } else if (from_front && start != messages::QueuePosition{} && position_ >= start) {
      return;
    }
  }
}

std::vector<DueQueues::Turn> DueQueues::next_page(Look& look) {
  auto queues = database_.get<std::vector<messages::DueQueue>>([&](storage::Reader& reader) {
    return Result<std::vector<messages::DueQueue>>(
        messages::list_due_queues(reader, look.now_ms, position_, kPage));
  });
  std::vector<Turn> page;
  if (!queues) {
    report(queues.error());
    look.failed = true;
    return page;
  }
  for (messages::DueQueue& queue : *queues) page.push_back({std::move(queue), std::nullopt});
  return page;
}

/// Takes rows of these queues until there is no room or nothing due. Returns the queues that may have more.
std::vector<DueQueues::Turn> DueQueues::serve(std::vector<Turn> turns, Look& look) {
  for (std::size_t share = kFirstShare; !turns.empty() && look.room > 0 && !look.failed; share *= 2)
    turns = serve_once(std::move(turns), share, look);
  return turns;
}

std::vector<DueQueues::Turn> DueQueues::serve_once(std::vector<Turn> turns, std::size_t share_max,
                                                   Look& look) {
  const std::size_t share = std::clamp<std::size_t>(look.room / turns.size(), 1, share_max);
  std::vector<Turn> asked;
  auto next = turns.begin();
  for (; next != turns.end() && (asked.size() + 1) * share <= look.room; ++next) {
    if (!next->crowd) position_ = std::max(position_, {next->queue.next_due_ms, next->queue.queue_id});
    if (has_room(*next, look)) asked.push_back(std::move(*next));
  }
  // Queues that had no turn go first in the next.
  std::vector<Turn> left(std::make_move_iterator(next), std::make_move_iterator(turns.end()));
  const std::vector<messages::DueRows> found = find_rows(asked, share, look);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (take_rows(asked[i], found[i], share, look)) left.push_back(std::move(asked[i]));
  }
  return left;
}

/// The result has an element for each turn, empty when the database can't be read.
std::vector<messages::DueRows> DueQueues::find_rows(const std::vector<Turn>& turns, std::size_t share,
                                                    Look& look) {
  std::vector<messages::DueRows> found(turns.size());
  if (turns.empty()) return found;
  const auto taken = [&look](std::int64_t row_id) { return look.in_flight.contains(row_id); };
  const Status status = database_.read_and_wait([&](storage::Reader& reader) -> Status {
    for (std::size_t i = 0; i < turns.size(); ++i)
      found[i] = messages::find_due_rows(reader, turns[i].queue.queue_id, look.now_ms, share, taken);
    return Done{};
  });
  if (!status) {
    report(status.error());
    look.failed = true;
    std::ranges::fill(found, messages::DueRows{});
  }
  return found;
}

/// Takes the rows for which there is room; that for the first was asked for. Returns whether the queue may
/// have more.
bool DueQueues::take_rows(Turn& turn, const messages::DueRows& found, std::size_t share, Look& look) {
  if (look.failed) return true;
  for (std::size_t i = 0; i < found.row_ids.size(); ++i) {
    if (i > 0 && !has_room(turn, look)) return false;
    look.in_flight.insert(found.row_ids[i]);
    look.row_ids.push_back(found.row_ids[i]);
    --look.room;
  }
  if (found.row_ids.size() == share) return true;
  // A queue that was put off has the wrong time once its due rows are taken.
  if (turn.crowd || !found.any) look.correct.push_back(turn.queue.queue_id);
  return false;
}

/// Asks for a place for one mail. When there is none, the queue waits for its crowd from now on.
bool DueQueues::has_room(Turn& turn, Look& look) {
  if (admission_ == nullptr) return true;
  crowded_.remove(turn.queue.queue_id);
  const std::optional<messages::Crowd> crowd = admission_->ask(
      {.account_id = turn.queue.account_id, .domain = turn.queue.domain, .urgent = turn.queue.urgent});
  if (!crowd) {
    std::erase(look.put_off, turn.queue.queue_id);
    return true;
  }
  if (!turn.crowd) look.put_off.push_back(turn.queue.queue_id);
  crowded_.add(*crowd, std::move(turn.queue));
  return false;
}

/// Writes what was learned about the times of queues; when that fails, the next look learns it again.
void DueQueues::save(Look& look) {
  if (look.put_off.empty() && look.correct.empty()) return;
  const Status status =
      database_.write_and_wait(storage::Priority::bulk, [&look](storage::Writer& writer) -> Status {
        messages::put_off(writer, look.put_off, look.now_ms + kPutOffMs);
        messages::correct_due_times(writer, look.correct);
        return Done{};
      });
  if (!status) {
    log_warning("delivery.queues_not_written",
                {{"reason", status.error().reason()}, {"cause", status.error().cause()}});
    look.failed = true;
  }
  look.put_off.clear();
  look.correct.clear();
}

}  // namespace sesame::delivery
