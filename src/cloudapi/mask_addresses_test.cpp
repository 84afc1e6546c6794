#include "cloudapi/mask_addresses.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

TEST(MaskAddresses, shows_the_first_letter_and_the_domain) {
  EXPECT_EQ(masked("ann@example.com"), "a\u2022\u2022\u2022@example.com");
  EXPECT_EQ(masked("Ann Smith <ann.smith+x@example.com>"), "Ann Smith <a\u2022\u2022\u2022@example.com>");
  EXPECT_EQ(masked("550 <a@b.test> and c@d.test"),
            "550 <a\u2022\u2022\u2022@b.test> and c\u2022\u2022\u2022@d.test");
  EXPECT_EQ(masked("\u5F20\u4E09@example.com"), "\u5F20\u2022\u2022\u2022@example.com");
  EXPECT_EQ(masked("550 <\"john doe\"@b.test> unknown"), "550 <\"\u2022\u2022\u2022@b.test> unknown");
  EXPECT_EQ(masked("john\"@b.test"), "j\u2022\u2022\u2022@b.test")
      << "an end without a begin hides all before it";
  EXPECT_EQ(masked("no address"), "no address");
  EXPECT_EQ(masked("@handle @"), "@handle @");
  EXPECT_EQ(masked(R"({"name":"Ann"})"), "\u2022\u2022\u2022");
  EXPECT_EQ(masked(R"([{"name":"Ann"}])"), "\u2022\u2022\u2022");
  EXPECT_EQ(masked("[News] for ann@example.com"), "[News] for a\u2022\u2022\u2022@example.com");
}

TEST(MaskAddresses, only_personal_fields_change_and_at_every_depth) {
  Structure row{.name = "Row", .text = {}, .fields = {}};
  Field email{.name = "Email"};
  email.personal = true;
  row.fields = {email, Field{.name = "Sender"}};
  Field rows{.name = "Data", .type = Type::array, .item = Type::object, .of = "Row", .structure = &row};
  Field list{.name = "Emails", .type = Type::array};
  list.personal = true;
  json::object answer =
      json::parse(
          R"({"Data":[{"Email":"ann@a.test","Sender":"news@b.test"}],"Emails":["bob@c.test"],"Total":1})")
          .as_object();
  mask_addresses({rows, list, Field{.name = "Absent"}}, answer);
  EXPECT_EQ(json::serialize(answer),
            "{\"Data\":[{\"Email\":\"a\u2022\u2022\u2022@a.test\",\"Sender\":\"news@b.test\"}],"
            "\"Emails\":[\"b\u2022\u2022\u2022@c.test\"],\"Total\":1}");
}

}  // namespace
}  // namespace sesame::cloudapi
