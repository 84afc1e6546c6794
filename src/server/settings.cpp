#include "server/settings.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "base/ascii.hpp"
#include "net/errors.hpp"
#include "server/errors.hpp"
#include "server/setting_checks.hpp"
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

std::string_view nearest_key(std::string_view key) {
  std::vector<std::string_view> keys;
  for (const SettingRule& rule : setting_rules()) keys.push_back(rule.key);
  return keys[nearest(key, keys)];
}

/// The rule in words when a value of a file has a type that the setting does not take; else empty.
std::string type_broken(const SettingRule& rule, FileValue::Type type) {
  using Kind = SettingRule::Kind;
  using Type = FileValue::Type;
  switch (rule.kind) {
    case Kind::text:
    case Kind::choice:
    case Kind::address:
      return type == Type::text ? "" : "a text in quotation marks";
    case Kind::list:
    case Kind::addresses:
      return type == Type::text || type == Type::list ? "" : "a text or a list of texts";
    case Kind::integer:
    case Kind::boolean:
    case Kind::numbers:
      return "";  // The text shows it.
  }
  return "";
}

/// A path of a settings file is relative to that file.
std::string resolved_path(const std::string& path, const std::string& file) {
  const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  return (folder / path).lexically_normal().string();
}

std::string resolved(const SettingRule& rule, const std::string& text, const std::string& file) {
  constexpr std::string_view kScheme = "sqlite:";
  const bool database = rule.key == "database" && text.starts_with(kScheme);
  if (!rule.path && !database) return text;
  const std::string path = database ? text.substr(kScheme.size()) : text;
  if (path.empty()) return text;
  if (rule.kind == SettingRule::Kind::list) {
    std::string list;
    for (const std::string_view each : ascii::split(text, ',')) {
      const std::string_view name = ascii::trim(each);
      if (!name.empty()) list += (list.empty() ? "" : ",") + resolved_path(std::string(name), file);
    }
    return list;
  }
  return database ? std::string(kScheme) + resolved_path(path, file) : resolved_path(path, file);
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
  if (broken.empty()) broken = nonsense(*rule, text);
  if (!broken.empty()) return value_error(*rule, text, std::move(broken), std::move(origin));
  entries_[key] = {text, std::move(origin)};
  return Done{};
}

Status Settings::put_file(const std::string& path) {
  Result<std::map<std::string, FileValue>> file = read_settings_file(path);
  if (!file) return std::move(file).error();
  for (const auto& [key, value] : *file) {
    const SettingRule* rule = find_rule(key);
    if (rule != nullptr) {
      if (std::string broken = type_broken(*rule, value.type); !broken.empty())
        return value_error(*rule, value.text, std::move(broken), "file " + path);
    }
    Status status =
        put(key, rule == nullptr ? value.text : resolved(*rule, value.text, path), "file " + path);
    if (!status) return status;
  }
  return Done{};
}

Result<Settings> Settings::load(const Sources& sources) {
  Settings settings;
  for (const SettingRule& rule : setting_rules()) {
    const bool other = rule.key == "data_dir" && !sources.data_dir.empty();
    settings.entries_[std::string(rule.key)] = {other ? sources.data_dir : rule.fallback, "default"};
  }
  if (!sources.file.empty()) {
    if (Status status = settings.put_file(sources.file); !status) return std::move(status).error();
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
  settings.warnings_ = misspelt_variables(sources.variables);
  if (Status status = settings.check(); !status) return std::move(status).error();
  return settings;
}

/// Finds settings that do not fit each other, and files that are not there.
Status Settings::check() const {
  for (const std::string section : {"tls", "submission"}) {
    const bool certificate = !text(section + ".certificate").empty(), key = !text(section + ".key").empty();
    if (certificate && !key)
      return refusal(section + ".key", "set together with " + section + ".certificate");
    if (key && !certificate)
      return refusal(section + ".certificate", "set together with " + section + ".key");
  }
  for (const SettingRule& rule : setting_rules()) {
    if (!rule.file || text(rule.key).empty()) continue;
    if (std::string problem = file_problem(text(rule.key)); !problem.empty())
      return refusal(rule.key, "a file that can be read (" + problem + ")");
  }
  return Done{};
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
  if (!error.is(net::errors::kFailed)) return std::move(error).with("key", std::string(key));
  Error named(errors::kListen);
  for (const Error::Fact& fact : error.facts()) named = std::move(named).with(fact.name, fact.value);
  return std::move(named).with("key", std::string(key)).with("problem", error.cause());
}

}  // namespace sesame::server
