#include "cloudapi/envelope.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "cloudapi/description.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

std::string_view fault(std::string_view body) {
  const auto decoded = decode_parameters(body);
  return decoded ? "none" : decoded.error().reason();
}

TEST(DecodeParameters, reads_an_object_and_takes_an_empty_body_for_no_parameters) {
  EXPECT_EQ(json::serialize(*decode_parameters(R"( {"A":[1,{"B":"ü"}],"C":null} )")),
            R"({"A":[1,{"B":"ü"}],"C":null})");
  EXPECT_TRUE(decode_parameters("")->empty());
  for (const std::string_view nothing : {"{}", "null", " null", "null\r\n", "\t{ }\n"})
    EXPECT_TRUE(decode_parameters(nothing)->empty()) << nothing;
}

TEST(DecodeParameters, keeps_integers_exact) {
  auto decoded = decode_parameters(R"({"Max":18446744073709551615,"Min":-9223372036854775808,"One":1.0})");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->at("Max").as_uint64(), UINT64_MAX);
  EXPECT_EQ(decoded->at("Min").as_int64(), INT64_MIN);
  EXPECT_TRUE(decoded->at("One").is_double());
}

TEST(DecodeParameters, refuses_what_is_not_one_json_object) {
  for (const std::string_view body : {"[]",
                                      "\"text\"",
                                      "1",
                                      "null x",
                                      "[null]",
                                      "Null",
                                      "{",
                                      "}",
                                      "{\"A\"}",
                                      "{\"A\":}",
                                      "{\"A\":1,}",
                                      "{'A':1}",
                                      "{\"A\":01}",
                                      "{\"A\":NaN}",
                                      "{\"A\":1} x",
                                      "{}{}",
                                      "\xEF\xBB\xBF{}",
                                      " ",
                                      "{\"A\":\"\t\"}",
                                      "// c\n{}",
                                      "{\"A\":\"\\ud800\"}",
                                      "{\"A\":\"\\x\"}"}) {
    EXPECT_EQ(fault(body), "api.not_json") << body;
  }
  EXPECT_EQ(fault(std::string_view("{\"A\":\"\0\"}", 9)), "api.not_json");
}

TEST(DecodeParameters, names_the_fault_in_both_languages) {
  const auto said = [](std::string_view body, Language language) {
    const auto decoded = decode_parameters(body);
    return error_text(decoded.error().name().text(), language, decoded.error().facts());
  };
  EXPECT_EQ(said("{\"A\":1} x", Language::en),
            "The request body is not a JSON object in UTF-8: something follows the object at byte 8.");
  for (const std::string_view body :
       {"[]", "{", "{\"A\":}", "{\"A\":1e999}", "{} x", "{\"A\":1,\"A\":2}", "\xFF{}"}) {
    EXPECT_NE(said(body, Language::en).find(": "), std::string::npos) << body;
    const std::string chinese = said(body, Language::zh);
    EXPECT_NE(chinese.find("："), std::string::npos) << chinese;
    EXPECT_EQ(chinese.find("byte"), std::string::npos) << chinese;
    EXPECT_EQ(chinese.find(" it "), std::string::npos) << chinese;
  }
}

TEST(DecodeParameters, refuses_bytes_that_are_not_utf8) {
  EXPECT_EQ(fault("{\"A\":\"\xFF\"}"), "api.not_json");
  EXPECT_EQ(fault("{\"\xC3\":1}"), "api.not_json");
  EXPECT_EQ(fault("{\"A\":\"\xC0\x80\"}"), "api.not_json");      // Overlong.
  EXPECT_EQ(fault("{\"A\":\"\xED\xA0\x80\"}"), "api.not_json");  // A surrogate.
}

TEST(DecodeParameters, refuses_a_name_given_twice_at_any_level) {
  EXPECT_EQ(fault(R"({"A":1,"A":2})"), "api.not_json");
  EXPECT_EQ(fault(R"({"A":[{"B":1},{"B":1,"C":2,"B":1}]})"), "api.not_json");
  EXPECT_EQ(fault(R"({"A":1,"\u0041":2})"), "api.not_json");
  EXPECT_EQ(fault(R"({"A":[{"B":1},{"B":1}],"B":1})"), "none");
}

TEST(DecodeParameters, refuses_deep_nesting_before_building_it) {
  const auto nested = [](std::size_t levels) {
    return R"({"A":)" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  EXPECT_EQ(fault(nested(kJsonDepthMax - 1)), "none");
  EXPECT_EQ(fault(nested(kJsonDepthMax)), "api.too_deep");
  EXPECT_EQ(fault(nested(5'000'000)), "api.too_deep");
}

TEST(DecodeParameters, refuses_a_body_of_too_many_values) {
  std::string body = R"({"A":[0)";
  for (std::size_t i = 2; i < kJsonValuesMax; ++i) body += ",0";
  EXPECT_EQ(fault(body + ",0]}"), "api.not_json");
  body.resize(body.size() - 2);  // The object and the array count as well.
  EXPECT_EQ(fault(body + "]}"), "none");
}

TEST(Envelope, puts_the_request_id_beside_the_fields) {
  json::object fields;
  fields["Total"] = 1;
  EXPECT_EQ(encode_answer(std::move(fields), "id-1"), R"({"Response":{"Total":1,"RequestId":"id-1"}})");
  EXPECT_EQ(encode_answer({}, "id-1"), R"({"Response":{"RequestId":"id-1"}})");
}

TEST(Envelope, carries_an_error_and_nothing_else) {
  EXPECT_EQ(encode_error({.code = "InvalidAction", .message = "say \"x\"\n"}, "id-1"),
            R"({"Response":{"Error":{"Code":"InvalidAction","Message":"say \"x\"\n"},"RequestId":"id-1"}})");
}

}  // namespace
}  // namespace sesame::cloudapi
