#include "server/settings.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/ascii.hpp"
#include "server/settings_file.hpp"

namespace sesame::server {

namespace {

using Kind = SettingRule::Kind;

const SettingRule* find_rule(std::string_view key) {
  for (const SettingRule& rule : setting_rules()) {
    if (rule.key == key) return &rule;
  }
  return nullptr;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_choice(std::string_view choices, std::string_view word) {
  std::istringstream words{std::string(choices)};
  for (std::string each; words >> each;) {
    if (each == word) return true;
  }
  return false;
}

bool in_range(const SettingRule& rule, std::string_view text) {
  const std::optional<std::int64_t> value = parse_integer(text);
  return value && *value >= rule.min && *value <= rule.max;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> words;
  std::istringstream in{std::string(text)};
  for (std::string word; std::getline(in, word, ',');) {
    word.erase(0, word.find_first_not_of(' '));
    word.erase(word.find_last_not_of(' ') + 1);
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

/// What the key allows, in words, when `text` is not allowed; empty when it is.
std::string broken_rule(const SettingRule& rule, std::string_view text) {
  switch (rule.kind) {
    case Kind::text:
    case Kind::list:
      return "";
    case Kind::boolean:
      return text == "true" || text == "false" ? "" : "true or false";
    case Kind::choice:
      return is_choice(rule.choices, text) ? "" : "one of: " + std::string(rule.choices);
    case Kind::integer:
      if (in_range(rule, text)) return "";
      return "a whole number from " + std::to_string(rule.min) + " to " + std::to_string(rule.max);
    case Kind::numbers:
      for (const std::string& word : split_list(text)) {
        if (!in_range(rule, word)) return "whole numbers from 1 on, separated by commas";
      }
      return split_list(text).empty() ? "whole numbers from 1 on, separated by commas" : "";
  }
  return "";
}

/// The known key with the most letters in common at its start: what the writer probably meant.
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

Status put(std::map<std::string, Settings::Entry, std::less<>>& entries, const std::string& key,
           const std::string& text, std::string origin) {
  const SettingRule* rule = find_rule(key);
  if (rule == nullptr) {
    return Error("settings.unknown")
        .with("key", key)
        .with("origin", origin)
        .with("nearest", std::string(nearest_key(key)));
  }
  const std::string rule_text = broken_rule(*rule, text);
  if (!rule_text.empty()) {
    return Error("settings.value")
        .with("key", key)
        .with("value", rule->secret ? "(hidden)" : text)
        .with("rule", rule_text)
        .with("origin", origin);
  }
  entries[key] = {text, std::move(origin)};
  return Done{};
}

}  // namespace

std::string environment_name(std::string_view key) {
  std::string name = "SESAME_";
  for (const char c : key) name += c == '.' ? '_' : ascii::to_upper(c);
  return name;
}

Result<Settings> Settings::load(const Sources& sources) {
  Settings settings;
  for (const SettingRule& rule : setting_rules()) {
    settings.entries_[std::string(rule.key)] = {std::string(rule.fallback), "default"};
  }
  if (!sources.file.empty()) {
    Result<std::map<std::string, std::string>> file = read_settings_file(sources.file);
    if (!file) return std::move(file).error();
    for (const auto& [key, text] : *file) {
      if (Status status = put(settings.entries_, key, text, "file " + sources.file); !status)
        return std::move(status).error();
    }
  }
  for (const SettingRule& rule : setting_rules()) {
    const std::string name = environment_name(rule.key);
    const std::optional<std::string> text = sources.environment ? sources.environment(name) : std::nullopt;
    if (!text) continue;
    if (Status status = put(settings.entries_, std::string(rule.key), *text, "environment " + name); !status)
      return std::move(status).error();
  }
  for (const auto& [key, text] : sources.flags) {
    if (const SettingRule* rule = find_rule(key); rule != nullptr && rule->secret) {
      return Error("settings.secret_flag").with("key", key).with("variable", environment_name(key));
    }
    if (Status status = put(settings.entries_, key, text, "flag"); !status) return std::move(status).error();
  }
  return settings;
}

const Settings::Entry& Settings::entry(std::string_view key) const {
  const auto found = entries_.find(key);
  assert(found != entries_.end());
  return found->second;
}

std::int64_t Settings::integer(std::string_view key) const { return parse_integer(text(key)).value_or(0); }

std::vector<std::string> Settings::list(std::string_view key) const { return split_list(text(key)); }

Result<HostPort> parse_host_port(std::string_view key, std::string_view text) {
  const std::size_t colon = text.rfind(':');
  HostPort result;
  if (colon != std::string_view::npos) {
    std::string_view host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const std::optional<std::int64_t> port = parse_integer(text.substr(colon + 1));
    if (!host.empty() && port && *port >= 0 && *port <= 65535) {
      result.host = std::string(host);
      result.port = static_cast<std::uint16_t>(*port);
      return result;
    }
  }
  return Error("settings.value")
      .with("key", std::string(key))
      .with("value", std::string(text))
      .with("rule", "HOST:PORT, for example 127.0.0.1:8080")
      .with("origin", "settings");
}

}  // namespace sesame::server
