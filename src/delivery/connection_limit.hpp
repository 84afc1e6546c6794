#pragma once

#include <atomic>

namespace sesame::delivery {

/// The number of connections that all sites of an outlet may have, open and opening. Thread: any.
class ConnectionLimit {
 public:
  explicit ConnectionLimit(unsigned most) : left_(static_cast<int>(most)) {}

  /// False when there are too many. After true, call give_back().
  bool take() {
    if (left_.fetch_sub(1) > 0) return true;
    ++left_;
    return false;
  }
  void give_back() { ++left_; }

 private:
  std::atomic<int> left_;
};

}  // namespace sesame::delivery
