#include "cloudapi/form.hpp"

#include <gmock/gmock.h>

namespace sesame::cloudapi {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Form, decodes_names_and_values_in_their_order) {
  EXPECT_THAT(
      *parse_form("B=1&A.0=x%40y&Subject=hi+there%20you&Empty="),
      ElementsAre(Pair("B", "1"), Pair("A.0", "x@y"), Pair("Subject", "hi there you"), Pair("Empty", "")));
  EXPECT_THAT(*parse_form("a=b=c&&%41=%e4%BD%a0"), ElementsAre(Pair("a", "b=c"), Pair("A", "\xE4\xBD\xA0")));
  EXPECT_TRUE(parse_form("")->empty());
}

TEST(Form, refuses_what_is_no_form) {
  for (const std::string_view text : {"{}", "a", "a=1&b", "a=%", "a=%4", "a=%4g", "%zz=1"}) {
    EXPECT_EQ(parse_form(text).error().reason(), "api.form") << text;
  }
}

}  // namespace
}  // namespace sesame::cloudapi
