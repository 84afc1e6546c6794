#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <exception>
#include <memory>

#include "base/ascii.hpp"
#include "base/log_options.hpp"
#include "base/utf8.hpp"

namespace sesame {

namespace {

constexpr std::string_view kLevelNames[] = {"debug", "info", "warning", "error"};

std::atomic<bool> json_lines{false};

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("sesame", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_level(spdlog::level::info);
    made->set_formatter(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %v",
                                                                    spdlog::pattern_time_type::utc));
    return made;
  }();
  return *instance;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// In double quotes, as JSON writes it; bytes that are not UTF-8 become '?'.
void append_quoted(std::string& line, std::string_view text) {
  const bool valid = utf8::valid(text);
  line += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (c == '\n') {
      line += "\\n";
    } else if (is_control(c)) {
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      line += valid || static_cast<unsigned char>(c) < 0x80 ? c : '?';
    }
  }
  line += '"';
}

bool needs_quotes(std::string_view text) {
  if (text.empty() || !utf8::valid(text)) return true;
  for (const char c : text) {
    if (c == ' ' || c == '"' || c == '=' || c == '\\' || is_control(c)) return true;
  }
  return false;
}

void append_value(std::string& line, bool json, const Field& field) {
  if (field.is_number()) {
    line += std::to_string(field.number());
  } else if (json || needs_quotes(field.text())) {
    append_quoted(line, field.text());
  } else {
    line += field.text();
  }
}

}  // namespace

std::string format_log_line(bool json, Level level, std::string_view event,
                            std::initializer_list<Field> fields) {
  const std::string_view level_name = kLevelNames[static_cast<std::size_t>(level)];
  std::string line;
  if (json) {
    line.append("\"level\":\"").append(level_name).append("\",\"event\":");
    append_quoted(line, event);
  } else {
    line.append("level=").append(level_name).append(" event=").append(event);
  }
  for (const Field& field : fields) {
    if (json) {
      line += ',';
      append_quoted(line, field.name());
      line += ':';
    } else {
      line.append(" ").append(field.name()).append("=");
    }
    append_value(line, json, field);
  }
  return line;
}

void start_log(const LogOptions& options) {
  json_lines = options.json;
  logger().set_level(spdlog_level(options.level));
  const std::string pattern =
      options.json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %v";
  logger().set_formatter(
      std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
}

void change_log_level(Level level) { logger().set_level(spdlog_level(level)); }

bool log_enabled(Level level) { return logger().should_log(spdlog_level(level)); }

void log(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!log_enabled(level)) return;
  try {
    const std::string line = format_log_line(json_lines, level, event, fields);
    logger().log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
  } catch (const std::exception&) {
    // A log line that cannot be written must not become an error of the logged operation.
  }
}

}  // namespace sesame
