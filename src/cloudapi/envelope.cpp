#include "cloudapi/envelope.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>

#include "cloudapi/errors.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

/// `rule` is one of the description's.
Error not_json(std::string rule) { return Error(errors::kNotJson).with("rule", std::move(rule)); }

Error not_json_at(std::size_t byte, std::string rule) {
  return not_json(std::move(rule)).with("at", std::to_string(byte));
}

// Builds the value as Boost.JSON's own parser does, and beside it counts: values, to bound the memory of a
// body full of empty arrays; names, to notice one that an object holds twice (the object keeps one of them).
struct Builder {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using error_code = json::error_code;
  using string_view = json::string_view;

  json::value_stack stack;
  std::size_t values = 0;
  std::size_t names = 0;

  bool count(error_code& ec) {
    if (++values <= kJsonValuesMax) return true;
    ec = json::error::array_too_large;
    return false;
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& ec) { return count(ec); }
  bool on_object_end(std::size_t members, error_code&) {
    names += members;
    return stack.push_object(members), true;
  }
  bool on_array_begin(error_code& ec) { return count(ec); }
  bool on_array_end(std::size_t items, error_code&) { return stack.push_array(items), true; }
  bool on_key_part(string_view part, std::size_t, error_code&) { return stack.push_chars(part), true; }
  bool on_key(string_view end, std::size_t, error_code&) { return stack.push_key(end), true; }
  bool on_string_part(string_view part, std::size_t, error_code&) { return stack.push_chars(part), true; }
  bool on_string(string_view end, std::size_t, error_code& ec) { return stack.push_string(end), count(ec); }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, string_view, error_code& ec) {
    return stack.push_int64(number), count(ec);
  }
  bool on_uint64(std::uint64_t number, string_view, error_code& ec) {
    return stack.push_uint64(number), count(ec);
  }
  bool on_double(double number, string_view, error_code& ec) {
    // 1e999 would become an infinity, which JSON cannot write again (RFC 8259 §6).
    if (!std::isfinite(number)) return ec = boost::json::error::exponent_overflow, false;
    return stack.push_double(number), count(ec);
  }
  bool on_bool(bool truth, error_code& ec) { return stack.push_bool(truth), count(ec); }
  bool on_null(error_code& ec) { return stack.push_null(), count(ec); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

std::size_t count_names(const json::value& value) {
  std::size_t names = 0;
  if (const json::object* object = value.if_object()) {
    names = object->size();
    for (const auto& member : *object) names += count_names(member.value());
  } else if (const json::array* array = value.if_array()) {
    for (const json::value& item : *array) names += count_names(item);
  }
  return names;
}

Error parse_error(json::error_code ec, std::size_t at) {
  if (ec == json::error::too_deep) {
    return Error(errors::kTooDeep).with("limit", std::to_string(kJsonDepthMax));
  }
  if (ec == json::error::array_too_large) {
    return not_json("json_values").with("limit", std::to_string(kJsonValuesMax));
  }
  if (ec == json::error::incomplete) return not_json_at(at, "json_incomplete");
  if (ec == json::error::exponent_overflow) return not_json_at(at, "json_number");
  return not_json_at(at, "json_syntax").because(ec.message());
}

}  // namespace

Result<json::object> decode_parameters(std::string_view body) {
  if (body.empty()) return json::object();
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  json::basic_parser<Builder> parser(options);
  parser.handler().stack.reset();
  json::error_code ec;
  const std::size_t used = parser.write_some(false, body.data(), body.size(), ec);
  if (ec) return parse_error(ec, used);
  if (used < body.size()) return not_json_at(used, "json_more");
  Builder& built = parser.handler();
  json::value value = built.stack.release();
  if (value.is_null()) return json::object();  // The Ruby SDK's form of no parameters.
  json::object* object = value.if_object();
  if (object == nullptr) return not_json("json_kind");
  if (built.names != count_names(value)) return not_json("json_repeated");
  return std::move(*object);
}

std::string encode_answer(json::object fields, std::string_view request_id) {
  fields["RequestId"] = request_id;
  std::string text = R"({"Response":)";
  text += json::serialize(fields);
  return text += '}';
}

std::string encode_error(const ApiError& error, std::string_view request_id) {
  json::object about;
  about["Code"] = error.code;
  about["Message"] = error.message;
  json::object fields;
  fields["Error"] = std::move(about);
  return encode_answer(std::move(fields), request_id);
}

}  // namespace sesame::cloudapi
