#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/host_port.hpp"
#include "base/secret.hpp"

/// The declaration of settings in their rooms: an options struct has a `visit` that names each field that is
/// a setting once, with key, bounds and help. The field's initial value is the setting's default:
///
///     struct EngineLimits {
///       std::size_t messages_in_flight = 2000;
///       void visit(SettingVisitor& settings) {
///         settings.number("delivery.in_flight", messages_in_flight, {1, 1'000'000}, "mails between ...");
///       }
///     };
///
/// Files, flags and the environment are read in server/settings.hpp only.
namespace sesame {

/// The moment when a changed value takes effect: when the settings are read again, or after a restart.
enum class Reload : std::uint8_t { now, restart };

/// The smallest and the largest number that a setting accepts.
struct SettingRange {
  std::int64_t min = 0;
  std::int64_t max = 0;
};

/// One setting as its room declares it.
struct SettingRule {
  enum class Kind : std::uint8_t { text, integer, boolean, list, numbers, choice, address, addresses };

  std::string_view key;  // "section.name" or a bare name; a literal.
  Kind kind = Kind::text;
  std::string fallback;   // The default.
  std::string_view help;  // Stands alone as a row of a table; a literal.
  Reload reload = Reload::restart;
  std::string choices = {};  // Kind choice: the allowed words, separated by blanks.
  SettingRange range = {};   // Kinds integer and numbers.
  bool optional = false;     // Kind address: it may be empty.
  bool secret = false;       // Never printed, never taken from the command line.
  bool path = false;  // Kinds text and list: names of files or folders; in a settings file relative to it.
  bool file = false;  // A path at which a file must stand that can be read, unless it is empty.

  /// The rule in words if `text` breaks it; else empty. Pure.
  std::string broken_by(std::string_view text) const;
};

/// One word that a setting of kind choice accepts, with its value.
template <class Value>
struct SettingChoice {
  std::string_view word;
  Value value;
};

/// Goes through the settings of an options struct. Each method belongs to one kind of field: it describes the
/// field to text_for() and gives it the value that came back.
class SettingVisitor {
 public:
  virtual ~SettingVisitor() = default;

  void text(std::string_view key, std::string& value, std::string_view help, Reload = Reload::restart);
  /// The name of a file or folder that the program makes.
  void path(std::string_view key, std::string& value, std::string_view help, Reload = Reload::restart);
  /// The name of a file that must be there; empty: none.
  void file(std::string_view key, std::string& value, std::string_view help, Reload = Reload::restart);
  void secret(std::string_view key, Secret& value, std::string_view help, Reload = Reload::restart);
  void flag(std::string_view key, bool& value, std::string_view help, Reload = Reload::restart);
  void list(std::string_view key, std::vector<std::string>& values, std::string_view help,
            Reload = Reload::restart);
  /// Names of files; whether they are there and hold what they should is for their reader to say.
  void files(std::string_view key, std::vector<std::string>& values, std::string_view help,
             Reload = Reload::restart);
  void address(std::string_view key, HostPort& value, std::string_view help, Reload = Reload::restart);
  /// Empty for nullopt.
  void address(std::string_view key, std::optional<HostPort>& value, std::string_view help,
               Reload = Reload::restart);
  void addresses(std::string_view key, std::vector<HostPort>& values, std::string_view help,
                 Reload = Reload::restart);
  /// At least one number; each within the range.
  void numbers(std::string_view key, std::vector<std::int64_t>& values, SettingRange range,
               std::string_view help, Reload = Reload::restart);
  /// At least one pause; the range is in seconds.
  void seconds(std::string_view key, std::vector<std::chrono::seconds>& values, SettingRange range,
               std::string_view help, Reload = Reload::restart);

  template <std::integral Number>
  void number(std::string_view key, Number& value, SettingRange range, std::string_view help,
              Reload reload = Reload::restart) {
    value = static_cast<Number>(integer(key, static_cast<std::int64_t>(value), range, help, reload));
  }
  /// A duration whose key ends in `_ms`; the range is in milliseconds.
  template <class Duration>
  void milliseconds(std::string_view key, Duration& value, SettingRange range, std::string_view help,
                    Reload reload = Reload::restart) {
    value = duration<std::chrono::milliseconds>(key, value, range, help, reload);
  }
  /// A duration whose key ends in `_s`; the range is in seconds.
  template <class Rep, class Period>
  void seconds(std::string_view key, std::chrono::duration<Rep, Period>& value, SettingRange range,
               std::string_view help, Reload reload = Reload::restart) {
    value = duration<std::chrono::seconds>(key, value, range, help, reload);
  }
  /// A duration whose key ends in `_hours`; the range is in hours.
  template <class Duration>
  void hours(std::string_view key, Duration& value, SettingRange range, std::string_view help,
             Reload reload = Reload::restart) {
    value = duration<std::chrono::hours>(key, value, range, help, reload);
  }
  template <class Value>
  void choice(std::string_view key, Value& value,
              std::initializer_list<SettingChoice<std::type_identity_t<Value>>> choices,
              std::string_view help, Reload reload = Reload::restart) {
    std::vector<std::string_view> words;
    std::string_view current;
    for (const auto& each : choices) {
      words.push_back(each.word);
      if (each.value == value) current = each.word;
    }
    const std::string chosen = word(key, current, words, help, reload);
    for (const auto& each : choices) {
      if (each.word == chosen) value = each.value;
    }
  }

 protected:
  /// The text of the field's new value, which must follow the rule. `rule.fallback` is the field's current
  /// value.
  virtual std::string text_for(const SettingRule& rule) = 0;

 private:
  std::int64_t integer(std::string_view key, std::int64_t value, SettingRange range, std::string_view help,
                       Reload reload);
  std::string word(std::string_view key, std::string_view current, const std::vector<std::string_view>& words,
                   std::string_view help, Reload reload);

  template <class Unit, class Duration>
  Unit duration(std::string_view key, Duration value, SettingRange range, std::string_view help,
                Reload reload) {
    return Unit(integer(key, std::chrono::duration_cast<Unit>(value).count(), range, help, reload));
  }
};

}  // namespace sesame
