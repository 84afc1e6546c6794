#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sesame::actions {

/// Reads the fields of a request that was checked against the description: types are right, required fields
/// exist. null counts as absent. Borrows the object.
class Fields {
 public:
  explicit Fields(const boost::json::object& object) : object_(object) {}

  bool has(std::string_view name) const;
  /// The text; empty when absent.
  std::string_view text(std::string_view name) const;
  std::optional<std::string_view> maybe_text(std::string_view name) const;
  /// The boolean; false when absent.
  bool flag(std::string_view name) const;
  /// The number; 0 when absent.
  std::uint64_t number(std::string_view name) const;
  std::optional<std::int64_t> maybe_number(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::vector<std::int64_t> numbers(std::string_view name) const;
  std::vector<std::string_view> text_views(std::string_view name) const;
  const boost::json::object* object(std::string_view name) const;
  std::vector<const boost::json::object*> objects(std::string_view name) const;

  /// SES: Offset of a list; values above int64 become the largest int64, which is beyond every list.
  std::int64_t offset() const;
  /// SES: Limit of a list; 0 means a default page (the documented samples send 0 and get rows).
  std::uint64_t page_limit() const;

 private:
  const boost::json::value* find(std::string_view name) const;
  const boost::json::object& object_;
};

/// The end of a range in milliseconds, excluded: a day or a second that names the end is included as a whole.
/// `moment_ms` is the result of parse_beijing_time() for `text`. Pure. Thread: any.
std::int64_t moment_end_ms(std::string_view text, std::int64_t moment_ms);

}  // namespace sesame::actions
