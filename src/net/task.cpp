#include "net/task.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sesame::net {

namespace asio = boost::asio;

namespace {

/// Starts the outside work and hands it a function that resumes the coroutine through its executor.
struct Begin {
  template <class Handler>
  void operator()(Handler&& handler, const std::function<void(std::function<void()>)>* start) const {
    auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
    (*start)([shared] {
      auto executor = asio::get_associated_executor(*shared);
      asio::post(executor, std::move(*shared));
    });
  }
};

}  // namespace

Task<void> wait_for_wake(std::function<void(std::function<void()>)> start) {
  // Passed by address: it lives in this frame, and a captured copy in the awaited expression is what g++ 12
  // breaks.
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(Begin(), asio::use_awaitable, &start);
}

Task<void> sleep_for(std::chrono::milliseconds duration) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  timer.expires_after(duration);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace sesame::net
