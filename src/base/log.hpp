#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace sesame {

enum class Level : std::uint8_t { debug, info, warning, error };

struct LogOptions;  // base/log_options.hpp

/// One named value of a log line. Borrows its text: use it only inside the call of log().
class Field {
 public:
  template <std::integral T>
  Field(std::string_view name, T number)
      : name_(name), is_number_(true), number_(static_cast<std::int64_t>(number)) {}
  Field(std::string_view name, bool truth) : Field(name, std::string_view(truth ? "true" : "false")) {}
  Field(std::string_view name, std::string_view text) : name_(name), text_(text) {}
  Field(std::string_view name, const std::string& text) : Field(name, std::string_view(text)) {}
  Field(std::string_view name, const char* text) : Field(name, std::string_view(text)) {}

  std::string_view name() const { return name_; }
  bool is_number() const { return is_number_; }
  std::int64_t number() const { return number_; }
  std::string_view text() const { return text_; }

 private:
  std::string_view name_;
  bool is_number_ = false;
  std::int64_t number_ = 0;
  std::string_view text_;
};

/// Sets level and form. Call it once, before other threads log; until then: info and above, key=value.
void start_log(const LogOptions& options);

/// Whether a line of this level would be written: for fields that are costly to make.
bool log_enabled(Level level);

/// Writes one line to standard error: the time (UTC), the level, the event's name ("server.ready") and the
/// fields. Control characters in values are escaped, so a value cannot forge a line. Never throws.
/// Thread: any.
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void log_debug(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::debug, event, fields);
}
inline void log_info(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::info, event, fields);
}
inline void log_warning(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::warning, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::error, event, fields);
}

/// The line that log() would write, without time and line end; for tests.
std::string format_log_line(bool json, Level level, std::string_view event,
                            std::initializer_list<Field> fields);

}  // namespace sesame
