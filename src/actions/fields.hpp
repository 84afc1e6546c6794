#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sesame::actions {

/// Reads the fields of a request that was checked against the description: types are right, required ones are
/// there. null counts as absent. Borrows the object.
class Fields {
 public:
  explicit Fields(const boost::json::object& object) : object_(object) {}

  bool has(std::string_view name) const;
  /// Empty when absent.
  std::string_view text(std::string_view name) const;
  std::optional<std::string_view> maybe_text(std::string_view name) const;
  /// False when absent.
  bool flag(std::string_view name) const;
  /// 0 when absent.
  std::uint64_t number(std::string_view name) const;
  std::optional<std::int64_t> maybe_number(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::vector<std::int64_t> numbers(std::string_view name) const;
  std::vector<std::string_view> text_views(std::string_view name) const;
  const boost::json::object* object(std::string_view name) const;
  std::vector<const boost::json::object*> objects(std::string_view name) const;

  /// SES: Offset of a list; one beyond every list stays beyond every list.
  std::int64_t offset() const;
  /// SES: Limit of a list; 0 asks for a default page (the documented samples send 0 and get rows).
  std::uint64_t page_limit() const;

 private:
  const boost::json::value* find(std::string_view name) const;
  const boost::json::object& object_;
};

/// One past the last millisecond that the end of a stretch of time names: a day counts to its end, a second,
/// too. `moment_ms` is what parse_beijing_time() made of `text`.
std::int64_t moment_end_ms(std::string_view text, std::int64_t moment_ms);

}  // namespace sesame::actions
