#include "console/event_stream.hpp"

#include <functional>
#include <utility>

namespace sesame::console {

net::Task<std::optional<std::string>> EventStream::next() {
  std::function<void(std::function<void()>)> wait = [this](std::function<void()> wake) {
    board_->park(*subscriber_, std::move(wake), clock_.steady_now());
  };
  co_await net::wait_for_wake(std::move(wait));
  co_return board_->take(*subscriber_, clock_.steady_now());
}

}  // namespace sesame::console
