#pragma once

#include <memory>
#include <optional>

#include "base/host_port.hpp"
#include "dns/server_queries.hpp"

namespace sesame::dns {

/// Server queries on c-ares, with one thread of its own, which begins with the first question. Asks over UDP,
/// once more when a packet may be lost, and over TCP when a UDP answer was truncated.
class AresQueries final : public ServerQueries {
 public:
  static constexpr std::size_t kOpenMax = 256;  // Questions under way; more are refused.

  /// `resolver`: the one that questions without a server go to; nullopt: the system's.
  explicit AresQueries(std::optional<HostPort> resolver);
  ~AresQueries() override;  // stop()

  void ask(ServerQuery query, Answer answer) override;

  /// Answers the open questions with errors::kStopped and ends the thread. May be called again. Not from an
  /// answer.
  void stop();

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace sesame::dns
