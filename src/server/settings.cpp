#include "server/settings.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/ascii.hpp"
#include "server/errors.hpp"
#include "server/settings_file.hpp"

namespace sesame::server {

namespace {

const SettingRule* find_rule(std::string_view key) {
  for (const SettingRule& rule : setting_rules()) {
    if (rule.key == key) return &rule;
  }
  return nullptr;
}

Error value_error(const SettingRule& rule, const std::string& value, std::string what, std::string origin) {
  return Error(errors::kSettingValue)
      .with("key", std::string(rule.key))
      .with("value", rule.secret && !value.empty() ? "(hidden)" : value)
      .with("rule", std::move(what))
      .with("origin", std::move(origin));
}

/// The known key with the longest common prefix, which the writer probably meant.
std::string_view nearest_key(std::string_view key) {
  std::string_view best = setting_rules().front().key;
  std::size_t best_length = 0;
  for (const SettingRule& rule : setting_rules()) {
    const auto fork = std::mismatch(key.begin(), key.end(), rule.key.begin(), rule.key.end());
    const auto length = static_cast<std::size_t>(fork.first - key.begin());
    if (length > best_length) {
      best = rule.key;
      best_length = length;
    }
  }
  return best;
}

}  // namespace

std::string environment_name(std::string_view key) {
  std::string name = "SESAME_";
  for (const char c : key) name += c == '.' ? '_' : ascii::to_upper(c);
  return name;
}

Status Settings::put(const std::string& key, const std::string& text, std::string origin) {
  const SettingRule* rule = find_rule(key);
  if (rule == nullptr) {
    return Error(errors::kUnknownSetting)
        .with("key", key)
        .with("origin", origin)
        .with("nearest", std::string(nearest_key(key)));
  }
  std::string broken = rule->broken_by(text);
  if (!broken.empty()) return value_error(*rule, text, std::move(broken), std::move(origin));
  entries_[key] = {text, std::move(origin)};
  return Done{};
}

Result<Settings> Settings::load(const Sources& sources) {
  Settings settings;
  for (const SettingRule& rule : setting_rules()) {
    settings.entries_[std::string(rule.key)] = {rule.fallback, "default"};
  }
  if (!sources.file.empty()) {
    Result<std::map<std::string, std::string>> file = read_settings_file(sources.file);
    if (!file) return std::move(file).error();
    for (const auto& [key, text] : *file) {
      if (Status status = settings.put(key, text, "file " + sources.file); !status)
        return std::move(status).error();
    }
  }
  for (const SettingRule& rule : setting_rules()) {
    const std::string name = environment_name(rule.key);
    const std::optional<std::string> text = sources.environment ? sources.environment(name) : std::nullopt;
    if (!text) continue;
    if (Status status = settings.put(std::string(rule.key), *text, "environment " + name); !status)
      return std::move(status).error();
  }
  for (const auto& [key, text] : sources.flags) {
    if (const SettingRule* rule = find_rule(key); rule != nullptr && rule->secret) {
      return Error(errors::kSecretFlag).with("key", key).with("variable", environment_name(key));
    }
    if (Status status = settings.put(key, text, "flag"); !status) return std::move(status).error();
  }
  return settings;
}

const Settings::Entry& Settings::entry(std::string_view key) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) throw std::logic_error("no room declares the setting " + std::string(key));
  return found->second;
}

Error Settings::refusal(std::string_view key, std::string rule) const {
  const Entry& entry = this->entry(key);
  return value_error(*find_rule(key), entry.text, std::move(rule), entry.origin);
}

Error listener_error(Error error, std::string_view key) {
  return std::move(error).with("key", std::string(key));
}

}  // namespace sesame::server
