#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sesame::server {

/// One setting the program knows: its key, its kind, its default as text and what it does.
struct SettingRule {
  enum class Kind : std::uint8_t { text, integer, boolean, list, numbers, choice };
  std::string_view key;  // "section.name" or a bare name.
  Kind kind;
  std::string_view fallback;
  std::string_view help;
  std::string_view choices = {};  // Kind choice: the allowed words, separated by blanks.
  std::int64_t min = 0;           // Kinds integer and numbers.
  std::int64_t max = 0;
  bool secret = false;  // Never printed.
};

/// Every setting, in the order `sesame config` prints them.
const std::vector<SettingRule>& setting_rules();

/// The effective settings: flags win over the environment over the file over the defaults. Constant after
/// load.
class Settings {
 public:
  struct Sources {
    std::map<std::string, std::string> flags;  // key → text
    std::function<std::optional<std::string>(const std::string& name)> environment;
    std::string file;  // Path of a TOML file; empty: none.
  };
  struct Entry {
    std::string text;
    std::string origin;  // "default", "file PATH", "environment NAME" or "flag".
  };

  /// Outcomes: settings.unknown (a key nobody knows, with the nearest known one), settings.value (a value
  /// that breaks the key's rule), settings.file (the file is missing or is not TOML, with line and column),
  /// settings.secret_flag (a secret given as a flag: every user of the machine can read it; with the
  /// "variable" of the environment that takes it).
  static Result<Settings> load(const Sources& sources);

  /// The key must be one of setting_rules().
  const std::string& text(std::string_view key) const { return entry(key).text; }
  std::int64_t integer(std::string_view key) const;
  bool boolean(std::string_view key) const { return entry(key).text == "true"; }
  std::vector<std::string> list(std::string_view key) const;
  const Entry& entry(std::string_view key) const;

 private:
  std::map<std::string, Entry, std::less<>> entries_;
};

/// SESAME_LIMITS_REQUESTS_PER_SECOND for "limits.requests_per_second".
std::string environment_name(std::string_view key);

/// "HOST:PORT" or "[V6]:PORT" taken apart; settings.value when it is neither.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
Result<HostPort> parse_host_port(std::string_view key, std::string_view text);

}  // namespace sesame::server
