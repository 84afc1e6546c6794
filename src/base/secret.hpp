#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace sesame {

/// A secret text: wiped from memory when destroyed, never copied or printed by accident. Thread: one (any
/// while it is not changed).
class Secret {
 public:
  Secret() = default;
  /// Wipes the remains of `text`.
  explicit Secret(std::string text);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;

  /// Valid while this Secret lives and is not moved from.
  std::string_view reveal() const { return {bytes_.get(), size_}; }
  bool empty() const { return size_ == 0; }
  Secret copy() const { return Secret(std::string(reveal())); }

 private:
  void wipe();

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

/// Compares texts in a time that does not reveal where they differ. Their lengths are not hidden. Pure.
/// Thread: any.
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace sesame
