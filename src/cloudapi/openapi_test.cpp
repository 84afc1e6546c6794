#include "cloudapi/openapi.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

class OpenApi : public testing::Test {
 protected:
  const json::value document = json::parse(openapi_document(description(), Language::en));
  const json::object& paths = document.at("paths").as_object();
  const json::object& schemas = document.at("components").at("schemas").as_object();

  /// Every "$ref" anywhere below, without its "#/components/schemas/".
  static void collect(const json::value& value, std::set<std::string>& references) {
    if (const json::object* object = value.if_object()) {
      for (const auto& [key, item] : *object) {
        if (key == "$ref") references.insert(std::string(item.as_string()).substr(21));
        collect(item, references);
      }
    } else if (const json::array* array = value.if_array()) {
      for (const json::value& item : *array) collect(item, references);
    }
  }
};

TEST_F(OpenApi, describes_every_action_once) {
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  EXPECT_EQ(paths.size(), description().actions.size());
  for (const ActionDescription& action : description().actions) {
    ASSERT_TRUE(paths.contains("/#" + action.name)) << action.name;
  }
}

TEST_F(OpenApi, points_only_at_what_is_there) {
  std::set<std::string> references;
  collect(document, references);
  EXPECT_GT(references.size(), 5u);
  for (const std::string& name : references) EXPECT_TRUE(schemas.contains(name)) << name;
}

TEST_F(OpenApi, carries_the_rules_of_a_field) {
  const json::value& body = paths.at("/#CreateReceiver").at("post").at("requestBody");
  const json::value& schema = body.at("content").at("application/json").at("schema");
  EXPECT_EQ(schema.at("required").as_array().size(), 1u);
  EXPECT_EQ(schema.at("properties").at("ReceiversName").at("maxLength").to_number<int>(), 50);
}

TEST_F(OpenApi, names_the_header_that_makes_a_call_repeatable) {
  const auto optional_headers = [&](const std::string& action) {
    std::set<std::string> names;
    for (const json::value& parameter : paths.at("/#" + action).at("post").at("parameters").as_array()) {
      if (!parameter.at("required").as_bool()) names.emplace(parameter.at("name").as_string());
    }
    return names;
  };
  for (const char* action :
       {"SendEmail", "BatchSendEmail", "CreateReceiverDetail", "CreateReceiverDetailWithData"})
    EXPECT_EQ(optional_headers(action), std::set<std::string>{"X-Sesame-Idempotency-Key"}) << action;
  EXPECT_TRUE(optional_headers("CreateReceiver").empty());
}

TEST_F(OpenApi, speaks_the_language_asked_for) {
  const std::string chinese = openapi_document(description(), Language::zh);
  EXPECT_NE(chinese.find("收件人"), std::string::npos);
}

}  // namespace
}  // namespace sesame::cloudapi
