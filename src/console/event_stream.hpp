#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "console/event_board.hpp"
#include "net/http_server.hpp"

namespace sesame::console {

/// One page's event stream (text/event-stream), fed by the board. It ends with its session, and when the
/// program stops. Thread: loop.
class EventStream final : public net::BodySource {
 public:
  EventStream(std::shared_ptr<EventBoard> board, std::shared_ptr<EventBoard::Subscriber> subscriber,
              const Clock& clock)
      : board_(std::move(board)), subscriber_(std::move(subscriber)), clock_(clock) {}
  ~EventStream() override { board_->unsubscribe(subscriber_); }
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  net::Task<std::optional<std::string>> next() override;

 private:
  const std::shared_ptr<EventBoard> board_;
  const std::shared_ptr<EventBoard::Subscriber> subscriber_;
  const Clock& clock_;
};

}  // namespace sesame::console
