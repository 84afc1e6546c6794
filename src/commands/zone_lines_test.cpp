#include "commands/zone_lines.hpp"

#include <gtest/gtest.h>

namespace sesame::commands {
namespace {

TEST(ZoneLines, a_line_a_record) {
  EXPECT_EQ(
      zone_lines("a.test", {{"MX", "a.test", "mx.b.test."}, {"TXT", "_dmarc.a.test", "v=DMARC1; p=none"}}),
      "; The records of a.test that Sesame looks for.\n"
      "a.test.        3600 IN MX    10 mx.b.test.\n"
      "_dmarc.a.test. 3600 IN TXT   \"v=DMARC1; p=none\"\n");
}

TEST(ZoneLines, a_long_text_is_several_strings) {
  const std::string text = std::string(255, 'a') + std::string(255, 'b') + "c";
  const std::string lines = zone_lines("a.test", {{"TXT", "a.test", text}});
  EXPECT_NE(lines.find('"' + std::string(255, 'a') + "\" \"" + std::string(255, 'b') + "\" \"c\"\n"),
            std::string::npos);
}

TEST(ZoneLines, quotation_marks_are_escaped) {
  EXPECT_NE(zone_lines("a.test", {{"TXT", "a.test", R"(a"b\)"}}).find(R"("a\"b\\")"), std::string::npos);
  EXPECT_NE(zone_lines("a.test", {{"TXT", "a.test", ""}}).find("TXT   \"\"\n"), std::string::npos);
}

}  // namespace
}  // namespace sesame::commands
