#include "mime/flowed_text.hpp"

#include <gtest/gtest.h>

namespace sesame::mime {
namespace {

TEST(FlowedText, becomes_paragraphs) {
  EXPECT_EQ(unflowed("a long \nline that \nflows.\nfixed\n", false), "a long line that flows.\nfixed\n");
  EXPECT_EQ(unflowed("你好 \n世界\n", true), "你好世界\n");
  EXPECT_EQ(unflowed("", false), "");
  EXPECT_EQ(unflowed("end \n", false), "end \n");
}

TEST(FlowedText, keeps_quotes_stuffing_and_signatures) {
  EXPECT_EQ(unflowed("> quoted \n> text\n>> deeper \nmine\n", false), "> quoted text\n>> deeper \nmine\n");
  EXPECT_EQ(unflowed(" From me\n >not a quote\n", false), "From me\n>not a quote\n");
  EXPECT_EQ(unflowed("text \n-- \nAnn\n", false), "text \n-- \nAnn\n");
  EXPECT_EQ(unflowed("a \n\nb\n", false), "a \nb\n");
}

}  // namespace
}  // namespace sesame::mime
