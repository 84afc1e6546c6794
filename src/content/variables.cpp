#include "content/variables.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <iterator>
#include <optional>

#include "base/variable_name.hpp"
#include "content/errors.hpp"

namespace sesame::content {
namespace {

// Collects one flat object while the text is scanned: no tree is built, and numbers keep their spelling
// ("12.50").
class FlatObject {
 public:
  using Text = boost::json::string_view;
  using Fault = boost::system::error_code;
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  bool on_document_begin(Fault&) { return true; }
  bool on_document_end(Fault&) { return true; }
  bool on_object_begin(Fault& fault) {
    if (inside_) return refuse(fault);
    inside_ = true;
    return true;
  }
  bool on_object_end(std::size_t, Fault&) { return true; }
  bool on_array_begin(Fault& fault) { return refuse(fault); }
  bool on_array_end(std::size_t, Fault&) { return true; }
  bool on_key_part(Text part, std::size_t, Fault&) { return append(part); }
  bool on_key(Text part, std::size_t, Fault&) {
    append(part);
    name_.swap(text_);
    text_.clear();
    if (!is_plain_variable_name(name_)) {
      if (std::optional<std::string> comparable = variable_name(name_); comparable) name_ = *comparable;
    }
    return true;
  }
  bool on_string_part(Text part, std::size_t, Fault&) { return append(part); }
  bool on_string(Text part, std::size_t, Fault& fault) { return take(part, fault); }
  bool on_number_part(Text part, Fault&) { return append(part); }
  bool on_int64(std::int64_t, Text part, Fault& fault) { return take(part, fault); }
  bool on_uint64(std::uint64_t, Text part, Fault& fault) { return take(part, fault); }
  bool on_double(double, Text part, Fault& fault) { return take(part, fault); }
  bool on_bool(bool value, Fault& fault) { return take(value ? "true" : "false", fault); }
  bool on_null(Fault& fault) { return refuse(fault); }
  bool on_comment_part(Text, Fault&) { return true; }
  bool on_comment(Text, Fault&) { return true; }

  bool refused() const { return refused_; }
  std::string& name() { return name_; }
  std::vector<std::pair<std::string, std::string>>& values() { return values_; }

 private:
  bool append(Text part) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool take(Text part, Fault& fault) {
    if (!inside_) return refuse(fault);
    append(part);
    values_.emplace_back(std::move(name_), std::move(text_));
    name_.clear();
    text_.clear();
    return true;
  }
  bool refuse(Fault& fault) {
    refused_ = true;
    fault = boost::json::make_error_code(boost::json::error::incomplete);
    return false;
  }

  bool inside_ = false;
  bool refused_ = false;
  std::string name_;
  std::string text_;
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace

Variables::Variables(std::vector<std::pair<std::string, std::string>> values) : values_(std::move(values)) {
  const auto by_name = [](const auto& a, const auto& b) { return a.first < b.first; };
  if (!std::is_sorted(values_.begin(), values_.end(), by_name))
    std::stable_sort(values_.begin(), values_.end(), by_name);
  // From the back, so that of equal names the last one stays.
  const auto kept = std::unique(values_.rbegin(), values_.rend(),
                                [](const auto& a, const auto& b) { return a.first == b.first; });
  values_.erase(values_.begin(), kept.base());
}

const std::string* Variables::find(std::string_view name) const {
  const auto found =
      std::lower_bound(values_.begin(), values_.end(), name,
                       [](const auto& value, std::string_view wanted) { return value.first < wanted; });
  return found != values_.end() && found->first == name ? &found->second : nullptr;
}

void Variables::set(std::string_view name, std::string value) {
  const auto at =
      std::lower_bound(values_.begin(), values_.end(), name,
                       [](const auto& known, std::string_view wanted) { return known.first < wanted; });
  if (at != values_.end() && at->first == name)
    at->second = std::move(value);
  else
    values_.emplace(at, std::string(name), std::move(value));
}

Result<Variables> parse_variables(std::string_view json) {
  boost::json::basic_parser<FlatObject> parser{boost::json::parse_options()};
  boost::system::error_code fault;
  const std::size_t used = parser.write_some(false, json.data(), json.size(), fault);
  FlatObject& object = parser.handler();
  if (object.refused()) return Error(errors::kNotPlain).with("name", std::move(object.name()));
  if (fault || used != json.size()) return Error(errors::kNotJson).because(fault.message());
  return Variables(std::move(object.values()));
}

}  // namespace sesame::content
