#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace sesame::net {

/// Received bytes that are not yet parsed, in one piece. Small while a connection is idle. Thread: one.
class ReadBuffer {
 public:
  explicit ReadBuffer(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  void consume(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  /// Where the next bytes go; empty when the buffer is at its bound. Grows to `wanted` at once, else by
  /// doubling when it is full.
  std::span<char> room(std::size_t wanted) {
    const std::size_t held = end_ - begin_;
    if (capacity_ < wanted) {
      move_to(std::min(wanted, max_bytes_));
    } else if (held == capacity_) {
      move_to(std::min(capacity_ * 2, max_bytes_));
    } else if (end_ == capacity_) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, held);
      begin_ = 0;
      end_ = held;
    }
    return {bytes_.get() + end_, capacity_ - end_};
  }
  void received(std::size_t bytes) { end_ += bytes; }

  /// Returns memory when few bytes are held.
  void shrink(std::size_t to) {
    if (capacity_ > to && end_ - begin_ <= to) move_to(to);
  }

 private:
  void move_to(std::size_t capacity) {
    const std::size_t held = end_ - begin_;
    if (capacity < held || capacity == capacity_) return;
    std::unique_ptr<char[]> moved(new char[capacity]);
    if (held > 0) std::memcpy(moved.get(), bytes_.get() + begin_, held);
    bytes_ = std::move(moved);
    capacity_ = capacity;
    begin_ = 0;
    end_ = held;
  }

  const std::size_t max_bytes_;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace sesame::net
