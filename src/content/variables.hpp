#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace sesame::content {

/// The values of one recipient, by name: `{"name":"Ada","points":12.50}`. A value; const use is safe from any
/// thread.
class Variables {
 public:
  Variables() = default;
  /// When a name comes twice the later value wins, as in every common JSON library.
  explicit Variables(std::vector<std::pair<std::string, std::string>> values);

  /// The value as text (numbers exactly as they were written), or nullptr. Valid as long as this object.
  const std::string* find(std::string_view name) const;
  /// Gives a name this value, whatever it had.
  void set(std::string_view name, std::string value);
  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> values_;  // Sorted by name, each name once.
};

/// Reads one JSON object of plain values: strings, numbers, true and false. Names take the form of
/// base/variable_name.hpp, as those of placeholders do.
/// Errors: errors::kNotJson (not one JSON value in valid UTF-8), errors::kNotPlain (not an object, or a value
/// that is null, an array or an object). Safe from any thread.
Result<Variables> parse_variables(std::string_view json);

}  // namespace sesame::content
