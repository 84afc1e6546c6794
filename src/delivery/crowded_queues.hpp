#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "messages/admission.hpp"
#include "messages/queues.hpp"

namespace sesame::delivery {

/// Due queues whose mail had no room, each with the crowd for whose room it waits. Thread: one.
class CrowdedQueues {
 public:
  // A queue is a few hundred bytes. One that finds no place here comes up again by its time in the table.
  static constexpr std::size_t kQueuesMax = 4'096;

  struct Turn {
    messages::DueQueue queue;
    // The crowd for which the queue waited; nullopt: the queue comes from the table.
    std::optional<messages::Crowd> crowd;
  };

  /// Adds a queue; it waits for one crowd at a time.
  void add(messages::Crowd crowd, messages::DueQueue queue);
  void remove(std::int64_t queue_id);
  /// Takes out queues of crowds that have room, in turns: of each crowd at most as many as mails may come.
  std::vector<Turn> take(messages::Admission& admission);

 private:
  struct Waiting {
    std::map<std::int64_t, messages::DueQueue> queues;
    std::int64_t last = 0;  // The queue that was taken out last.
  };

  std::map<messages::Crowd, Waiting> waiting_;  // Only crowds that have queues.
  std::unordered_map<std::int64_t, messages::Crowd> crowd_of_;
};

}  // namespace sesame::delivery
