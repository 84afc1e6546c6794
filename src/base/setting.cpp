#include "base/setting.hpp"

#include <algorithm>
#include <charconv>

namespace sesame {

namespace {

using Kind = SettingRule::Kind;

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The parts between separators, without the blanks around them; empty parts are left out.
std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
    word = word.substr(0, word.find_last_not_of(' ') + 1);
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

template <class Words>
std::string join(const Words& words, char separator) {
  std::string joined;
  for (const auto& word : words) {
    if (!joined.empty()) joined += separator;
    joined += word;
  }
  return joined;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_within(const SettingRange& range, std::string_view text) {
  const std::optional<std::int64_t> value = parse_integer(text);
  return value && *value >= range.min && *value <= range.max;
}

bool is_address(std::string_view text) { return parse_host_port(text).has_value(); }

/// Whether the text is a value of that kind within that range.
bool is_right(const SettingRule& rule, std::string_view text) {
  const auto number = [&](const std::string& word) { return is_within(rule.range, word); };
  const std::vector<std::string> words = split(text, ',');
  switch (rule.kind) {
    case Kind::text:
    case Kind::list:
      return true;
    case Kind::boolean:
      return text == "true" || text == "false";
    case Kind::choice:
      return contains(split(rule.choices, ' '), text);
    case Kind::integer:
      return is_within(rule.range, text);
    case Kind::numbers:
      return !words.empty() && std::all_of(words.begin(), words.end(), number);
    case Kind::address:
      return is_address(text) || (text.empty() && rule.optional);
    case Kind::addresses:
      return std::all_of(words.begin(), words.end(), is_address);
  }
  return true;
}

}  // namespace

std::string SettingRule::broken_by(std::string_view text) const {
  if (is_right(*this, text)) return "";
  const std::string bounds = std::to_string(range.min) + " to " + std::to_string(range.max);
  switch (kind) {
    case Kind::text:
    case Kind::list:
      break;
    case Kind::boolean:
      return "true or false";
    case Kind::choice:
      return "one of: " + choices;
    case Kind::integer:
      return "a whole number from " + bounds;
    case Kind::numbers:
      return "whole numbers from " + bounds + ", separated by commas";
    case Kind::address:
      return "HOST:PORT, for example 127.0.0.1:8080";
    case Kind::addresses:
      return "HOST:PORT, for example 127.0.0.1:8080; several are separated by commas";
  }
  return "";
}

void SettingVisitor::text(std::string_view key, std::string& value, std::string_view help, Reload reload) {
  value = text_for({key, Kind::text, value, help, reload});
}

void SettingVisitor::path(std::string_view key, std::string& value, std::string_view help, Reload reload) {
  value = text_for(
      {.key = key, .kind = Kind::text, .fallback = value, .help = help, .reload = reload, .path = true});
}

void SettingVisitor::file(std::string_view key, std::string& value, std::string_view help, Reload reload) {
  value = text_for({.key = key,
                    .kind = Kind::text,
                    .fallback = value,
                    .help = help,
                    .reload = reload,
                    .path = true,
                    .file = true});
}

void SettingVisitor::secret(std::string_view key, Secret& value, std::string_view help, Reload reload) {
  value = Secret(text_for({.key = key, .kind = Kind::text, .help = help, .reload = reload, .secret = true}));
}

void SettingVisitor::flag(std::string_view key, bool& value, std::string_view help, Reload reload) {
  value = text_for({key, Kind::boolean, value ? "true" : "false", help, reload}) == "true";
}

void SettingVisitor::list(std::string_view key, std::vector<std::string>& values, std::string_view help,
                          Reload reload) {
  values = split(text_for({key, Kind::list, join(values, ','), help, reload}), ',');
}

void SettingVisitor::files(std::string_view key, std::vector<std::string>& values, std::string_view help,
                           Reload reload) {
  const SettingRule rule{.key = key,
                         .kind = Kind::list,
                         .fallback = join(values, ','),
                         .help = help,
                         .reload = reload,
                         .path = true};
  values = split(text_for(rule), ',');
}

void SettingVisitor::address(std::string_view key, HostPort& value, std::string_view help, Reload reload) {
  value = parse_host_port(text_for({key, Kind::address, to_text(value), help, reload})).value_or(value);
}

void SettingVisitor::address(std::string_view key, std::optional<HostPort>& value, std::string_view help,
                             Reload reload) {
  SettingRule rule{key, Kind::address, value ? to_text(*value) : "", help, reload};
  rule.optional = true;
  value = parse_host_port(text_for(rule));
}

void SettingVisitor::addresses(std::string_view key, std::vector<HostPort>& values, std::string_view help,
                               Reload reload) {
  std::vector<std::string> texts;
  for (const HostPort& each : values) texts.push_back(to_text(each));
  texts = split(text_for({key, Kind::addresses, join(texts, ','), help, reload}), ',');
  values.clear();
  for (const std::string& each : texts) {
    if (auto address = parse_host_port(each)) values.push_back(std::move(*address));
  }
}

void SettingVisitor::numbers(std::string_view key, std::vector<std::int64_t>& values, SettingRange range,
                             std::string_view help, Reload reload) {
  std::vector<std::string> texts;
  for (const std::int64_t each : values) texts.push_back(std::to_string(each));
  texts = split(text_for({key, Kind::numbers, join(texts, ','), help, reload, "", range}), ',');
  values.clear();
  for (const std::string& each : texts) values.push_back(parse_integer(each).value_or(range.min));
}

void SettingVisitor::seconds(std::string_view key, std::vector<std::chrono::seconds>& values,
                             SettingRange range, std::string_view help, Reload reload) {
  std::vector<std::int64_t> counts;
  for (const std::chrono::seconds each : values) counts.push_back(each.count());
  numbers(key, counts, range, help, reload);
  values.clear();
  for (const std::int64_t each : counts) values.emplace_back(each);
}

std::int64_t SettingVisitor::integer(std::string_view key, std::int64_t value, SettingRange range,
                                     std::string_view help, Reload reload) {
  return parse_integer(text_for({key, Kind::integer, std::to_string(value), help, reload, "", range}))
      .value_or(value);
}

std::string SettingVisitor::word(std::string_view key, std::string_view current,
                                 const std::vector<std::string_view>& words, std::string_view help,
                                 Reload reload) {
  return text_for({key, Kind::choice, std::string(current), help, reload, join(words, ' ')});
}

}  // namespace sesame
