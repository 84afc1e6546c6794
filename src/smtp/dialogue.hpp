#pragma once

#include <array>
#include <chrono>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "net/stream.hpp"
#include "net/task.hpp"
#include "smtp/reply.hpp"

namespace sesame::smtp {

/// Sends lines and reads replies over one connection. `clock` outlives it. Thread: loop (its stream's).
class Dialogue {
 public:
  using Timeout = std::chrono::milliseconds;

  Dialogue(net::Stream stream, const Clock& clock) : stream_(std::move(stream)), clock_(clock) {}

  /// The next reply; the whole of it must arrive within `timeout`. Errors: those of net::Stream;
  /// errors::kNotAReply (its cause begins with the bytes that came).
  net::Task<Result<Reply>> reply(Timeout timeout);
  /// Writes `line`, which includes its CRLF, and reads one reply.
  net::Task<Result<Reply>> ask(std::string_view line, Timeout timeout);

  /// True when bytes of the server wait to be read, in the buffer or the kernel: it is out of step, or early.
  bool has_more_to_say() const { return begin_ < end_ || !stream_.is_open() || stream_.readable_now(); }
  /// True when bytes of the server wait in the buffer; does not ask the kernel.
  bool has_unread() const { return begin_ < end_; }

  net::Stream& stream() { return stream_; }

 private:
  net::Stream stream_;
  const Clock& clock_;
  ReplyParser parser_;
  std::array<char, 4096> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace sesame::smtp
