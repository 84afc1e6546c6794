#include "bounces/returned_text.hpp"

#include <gtest/gtest.h>

namespace sesame::bounces {
namespace {

const MailShapes& shapes() { return BounceRules::built_in().shapes(); }

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

TEST(ReturnedText, begins_where_systems_mark_it) {
  for (const std::string mark :
       {"--- Below this line is a copy of the message.\n\n", "-----Original Message-----\n",
        "---------- Forwarded message ----------\n", "Begin forwarded message:\n\n",
        "Original message headers:\n\n", "> -----Ursprüngliche Nachricht-----\n", "----- 原始邮件 -----\n",
        "    ----- Unsent message follows -----\n", "Start of returned message:\n",
        "*** Message header ***\n"}) {
    const std::string text =
        "It was not delivered.\n\n" + mark + "Subject: mailbox full\nTo: ann@shop.test\n";
    const SplitText split = split_returned(text, shapes());
    EXPECT_FALSE(has(split.notice, "mailbox full")) << mark;
    EXPECT_TRUE(has(split.returned, "To: ann@shop.test")) << mark;
  }
}

TEST(ReturnedText, begins_with_a_head_without_any_mark) {
  for (const std::string quote : {"", "> ", ">", "   ", "| "}) {
    const std::string text = "It was not delivered.\n\n" + quote + "From: news@mail.test\n" + quote +
                             "Subject: user unknown\n" + quote + "To: ann@shop.test\n" + quote +
                             "MIME-Version: 1.0\n\nuser unknown\n";
    const SplitText split = split_returned(text, shapes());
    EXPECT_EQ(split.notice, "It was not delivered.\n\n") << quote;
    EXPECT_TRUE(split.returned.starts_with("From: news@mail.test\nSubject:")) << split.returned;
  }
  EXPECT_EQ(split_returned("No.\n\nReceived: by mx.test\nTo: a@b.test\n", shapes()).notice, "No.\n\n");
}

TEST(ReturnedText, is_not_the_description_of_the_mail) {
  const std::string text =
      "Your message\n\n  To: ann@shop.test\n  Subject: Spring\n  Sent: Thursday\n\ndid not arrive: full\n";
  EXPECT_EQ(split_returned(text, shapes()).notice, text);
}

TEST(OwnWords, leave_out_subject_quotes_footers_and_signature) {
  const std::string kept = own_words(
      "Sorry:\n  Subject: your mailbox\n    is full\n  To: ann@shop.test\nunknown here\n\n> is this spam?\n"
      "> or a virus?\n\nThis mail was scanned by a\nvirus scanner.\n\n550 no such user, scanned for spam\n"
      "-- \nvirus research\n",
      shapes());
  EXPECT_FALSE(has(kept, "full")) << kept;
  EXPECT_FALSE(has(kept, "virus")) << kept;
  EXPECT_FALSE(has(kept, "or a")) << kept;
  EXPECT_TRUE(has(kept, "ann@shop.test")) << kept;
  EXPECT_TRUE(has(kept, "unknown here")) << kept;
  EXPECT_TRUE(has(kept, "550 no such user")) << "a paragraph with a code is no footer: " << kept;
}

TEST(OwnWords, are_the_whole_text_when_nothing_else_is_left) {
  EXPECT_EQ(own_words("Subject: mailbox full\n", shapes()), "Subject: mailbox full\n");
  EXPECT_TRUE(has(own_words("No.\n>>> RCPT To:<a@b.test>\n<<< 550 no\n", shapes()), ">>> RCPT"));
}

}  // namespace
}  // namespace sesame::bounces
