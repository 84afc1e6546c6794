#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shaping/limits.hpp"

namespace sesame::shaping {

/// One limit as a key of the rules file.
struct LimitKey {
  std::string_view name;                         // "connections", "shared.mails".
  void (*copy)(const Limits& from, Limits& to);  // This limit alone.
  std::string (*text)(const Limits& limits);     // For people; "-" when there is none.
};

inline constexpr std::size_t kLimitKeys = 12;
const std::array<LimitKey, kLimitKeys>& limit_keys();
/// The index of the key; nullopt when no limit has that name.
std::optional<std::size_t> find_limit_key(std::string_view name);
/// Whether `name` is a limit or `shared`, the table of some.
bool is_limit_name(std::string_view name);
/// The keys of a block, with commas between: for error texts.
std::string limit_names();

/// The limits that one block of a file names. By indices of limit_keys().
class LimitBlock {
 public:
  enum class Given : std::uint8_t { no, value, unset };

  Given given(std::size_t key) const { return given_.at(key); }
  const Limits& values() const { return values_; }
  void set(std::size_t key, const Limits& from);
  void unset(std::size_t key);

 private:
  Limits values_;
  std::array<Given, kLimitKeys> given_{};
};

/// A block with the name that people read: "shipped default", "/etc/sesame/rules.toml provider gmail".
struct LimitLayer {
  std::string name;
  LimitBlock block;
};

/// The limits in force, and for each the layer that it comes from; null: the program's own.
struct MergedLimits {
  Limits limits;
  std::array<const LimitLayer*, kLimitKeys> from{};
};

/// Merges layers, the weakest first, key by key. An unset key takes back the value that would be in force
/// without it, so that the one before holds. `layers` outlive the result. Pure. Thread: any.
MergedLimits merge(std::span<const LimitLayer* const> layers);

}  // namespace sesame::shaping
