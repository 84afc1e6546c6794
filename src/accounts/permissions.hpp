#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sesame::accounts {

/// The actions that a credential may call. An immutable value. Thread: any.
class Permissions {
 public:
  enum class Kind : unsigned char { all, read_only, listed };

  /// All actions.
  Permissions() = default;
  static Permissions read_only();
  /// Only these actions, by name.
  static Permissions listed(std::vector<std::string> actions);
  /// Only actions that a pattern matches and none with a `!` before it does. A pattern is a name, in which
  /// one `*` stands for any letters. For the roles of people: text() does not say that they are patterns.
  static Permissions matching(std::vector<std::string> patterns);

  /// Whether the action may be called; `reads`: it only reads.
  bool allow(std::string_view action, bool reads) const;

  Kind kind() const { return kind_; }
  const std::vector<std::string>& actions() const { return actions_; }

  /// The stored form: "all", "read-only", "list:SendEmail,ListReceivers".
  std::string text() const;
  /// Reads the stored form. Error: errors::kPermissionsUnknown.
  static Result<Permissions> parse(std::string_view text);

  friend bool operator==(const Permissions&, const Permissions&) = default;

 private:
  Kind kind_ = Kind::all;
  std::vector<std::string> actions_;  // Only with Kind::listed; sorted.
  bool patterns_ = false;             // The actions are patterns.
};

}  // namespace sesame::accounts
