#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sesame::accounts {

/// What a credential may call. A value; safe to read from any thread.
class Permissions {
 public:
  enum class Kind : unsigned char { all, read_only, listed };

  /// All.
  Permissions() = default;
  static Permissions read_only();
  /// Only these actions, by name.
  static Permissions listed(std::vector<std::string> actions);

  /// `reads`: the action changes nothing.
  bool allow(std::string_view action, bool reads) const;

  Kind kind() const { return kind_; }
  const std::vector<std::string>& actions() const { return actions_; }

  /// As they are stored: "all", "read-only", "list:SendEmail,ListReceivers".
  std::string text() const;
  /// The inverse. "accounts.permissions_unknown": none of these.
  static Result<Permissions> parse(std::string_view text);

  friend bool operator==(const Permissions&, const Permissions&) = default;

 private:
  Kind kind_ = Kind::all;
  std::vector<std::string> actions_;  // Of `listed`; sorted.
};

}  // namespace sesame::accounts
