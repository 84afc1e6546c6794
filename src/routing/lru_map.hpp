#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace sesame::routing {

/// Values by name; when there are `max`, the least recently used one leaves for the next. Thread: one.
template <class Value>
class LruMap {
 public:
  explicit LruMap(std::size_t max) : max_(max) {}

  /// nullptr when there is none. It becomes the most recently used.
  Value* find(std::string_view name) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &entries_.front().second;
  }

  /// The value of that name, made if there is none. `left`: the name that left for it.
  Value& touch(const std::string& name, std::optional<std::string>* left = nullptr) {
    if (Value* const known = find(name)) return *known;
    if (!entries_.empty() && entries_.size() >= max_) {
      by_name_.erase(entries_.back().first);
      if (left != nullptr) *left = std::move(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(name, Value());
    by_name_.emplace(entries_.front().first, entries_.begin());
    return entries_.front().second;
  }

  std::size_t size() const { return by_name_.size(); }

 private:
  using Entries = std::list<std::pair<std::string, Value>>;

  const std::size_t max_;
  Entries entries_;                                                           // The most recently used first.
  std::unordered_map<std::string_view, typename Entries::iterator> by_name_;  // The names are the entries'.
};

}  // namespace sesame::routing
