#include "commands/zone_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sesame::commands {

namespace {

constexpr std::size_t kStringBytesMax = 255;  // RFC 1035 §3.3
constexpr unsigned kTtlSeconds = 3600;
constexpr unsigned kPreference = 10;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string strings_of(std::string_view text) {
  std::string out = quoted(text.substr(0, kStringBytesMax));
  for (std::size_t at = kStringBytesMax; at < text.size(); at += kStringBytesMax)
    out += " " + quoted(text.substr(at, kStringBytesMax));
  return out;
}

std::string value_of(const WantedRecord& record) {
  if (record.type == "TXT") return strings_of(record.value);
  if (record.type == "MX") return fmt::format("{} {}", kPreference, record.value);
  return record.value;
}

}  // namespace

std::string zone_lines(std::string_view domain, const std::vector<WantedRecord>& records) {
  std::size_t columns = 0;
  for (const WantedRecord& each : records) columns = std::max(columns, each.name.size() + 1);
  std::string out = fmt::format("; The records of {} that Sesame looks for.\n", domain);
  for (const WantedRecord& each : records) {
    out += fmt::format("{:<{}} {} IN {:<5} {}\n", each.name + ".", columns, kTtlSeconds, each.type,
                       value_of(each));
  }
  return out;
}

}  // namespace sesame::commands
