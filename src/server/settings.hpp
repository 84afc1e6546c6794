#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/setting.hpp"
#include "server/setting_structs.hpp"

namespace sesame::server {

/// Every setting that a room declares, in the order in which `sesame config` prints them.
const std::vector<SettingRule>& setting_rules();

/// The effective settings: flags win over the environment over the file over the defaults. Constant after
/// load.
class Settings {
 public:
  struct Sources {
    std::map<std::string, std::string> flags;  // key → text
    std::function<std::optional<std::string>(const std::string& name)> environment;
    std::vector<std::string> variables;  // The names in the environment, to find misspelt ones.
    std::string file;                    // Path of a TOML file; empty: none.
    std::string data_dir;                // In place of the default of that setting; empty: none.
  };
  struct Entry {
    std::string text;
    std::string origin;  // "default", "file PATH", "environment NAME" or "flag".
  };

  /// Errors: errors::kUnknownSetting (an unknown key, with the nearest known one), errors::kSettingValue (a
  /// value that breaks the key's rule), errors::kSettingsFile (the file is missing or is not TOML, with line
  /// and column), errors::kSecretFlag (a secret given as a flag: every user of the machine can read it; with
  /// the "variable" of the environment that takes it).
  static Result<Settings> load(const Sources& sources);

  /// Probable mistakes that are ignored, as sentences: variables of the environment that name no
  /// setting.
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// The options struct of a room, filled.
  template <ListedSettings Options>
  Options get() const {
    Options options;
    Reader reader(*this);
    options.visit(reader);
    return options;
  }

  /// The key must be one of setting_rules(): a missing one is a bug, std::logic_error.
  const std::string& text(std::string_view key) const { return entry(key).text; }
  const Entry& entry(std::string_view key) const;

  /// The error errors::kSettingValue for a setting that does not fit to others: it must be `rule`. Facts:
  /// "key", "value" (hidden if it is a secret), "rule", "origin".
  Error refusal(std::string_view key, std::string rule) const;

 private:
  class Reader final : public SettingVisitor {
   public:
    explicit Reader(const Settings& settings) : settings_(settings) {}

   protected:
    std::string text_for(const SettingRule& rule) override { return settings_.text(rule.key); }

   private:
    const Settings& settings_;
  };

  Status put(const std::string& key, const std::string& text, std::string origin);
  Status put_file(const std::string& path);
  Status check() const;

  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<std::string> warnings_;
};

/// SESAME_LIMITS_REQUESTS_PER_SECOND for "limits.requests_per_second".
std::string environment_name(std::string_view key);

/// The error of a listener's start, with the fact "key": the setting whose address it is.
Error listener_error(Error error, std::string_view key);

}  // namespace sesame::server
