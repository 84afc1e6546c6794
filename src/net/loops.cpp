#include "net/loops.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/gate.hpp"
#include "base/log.hpp"
#include "base/start_thread.hpp"
#include "base/thread_name.hpp"

namespace sesame::net {

namespace asio = boost::asio;

namespace {

struct Loop {
  asio::io_context context{1};  // One thread runs it: Asio may leave out what several would need.
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{context.get_executor()};
  std::thread thread;
};

/// Keeps the function alive as long as the coroutine that it returned.
Task<void> run_made(std::function<Task<void>()> make) { co_await make(); }

void log_escaped(const std::exception_ptr& escaped) {
  if (!escaped) return;
  try {
    std::rethrow_exception(escaped);
  } catch (const std::exception& exception) {
    log_error("net.coroutine_failed", {{"cause", exception.what()}});
  }
}

}  // namespace

struct Loops::Parts {
  std::vector<std::unique_ptr<Loop>> loops;
  Gate running;
};

Loops::Loops(unsigned threads) : parts_(std::make_unique<Parts>()) {
  for (unsigned i = 0; i < std::max(threads, 1u); ++i) parts_->loops.push_back(std::make_unique<Loop>());
}

Loops::~Loops() {
  stop();
  // In this order: the accepting coroutine of the first loop may hold a socket of a later one.
  for (auto& loop : parts_->loops) loop.reset();
}

void Loops::start() {
  for (std::size_t i = 0; i < size(); ++i) {
    if (!parts_->running.enter()) return;
    Loop& loop = *parts_->loops[i];
    loop.thread = start_thread([this, &loop, i] {
      name_this_thread(("loop-" + std::to_string(i)).c_str());
      loop.context.run();
      parts_->running.leave();
    });
  }
}

void Loops::stop(std::chrono::milliseconds grace) {
  for (auto& loop : parts_->loops) loop->work.reset();
  parts_->running.close_and_wait(grace);
  for (auto& loop : parts_->loops) loop->context.stop();
  for (auto& loop : parts_->loops) {
    if (loop->thread.joinable()) loop->thread.join();
  }
}

std::size_t Loops::size() const { return parts_->loops.size(); }

asio::any_io_executor Loops::executor(std::size_t loop) const {
  return parts_->loops[loop]->context.get_executor();
}

void Loops::spawn(std::size_t loop, std::function<Task<void>()> make) {
  asio::co_spawn(parts_->loops[loop]->context, run_made(std::move(make)), log_escaped);
}

void Loops::post(std::size_t loop, std::function<void()> run) {
  asio::post(parts_->loops[loop]->context, std::move(run));
}

}  // namespace sesame::net
