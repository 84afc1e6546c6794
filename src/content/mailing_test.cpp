#include "content/mailing.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::content {
namespace {

bool same(const Mailing& a, const Mailing& b) {
  const auto same_file = [](const Attachment& x, const Attachment& y) {
    return x.file_name == y.file_name && x.bytes == y.bytes && x.content_id == y.content_id &&
           x.content_type == y.content_type && x.place == y.place;
  };
  return a.from == b.from && a.header_from == b.header_from && a.envelope_from == b.envelope_from &&
         a.reply_to == b.reply_to && a.subject == b.subject && a.html == b.html && a.text == b.text &&
         a.headers == b.headers && a.missing == b.missing && a.unsubscribe == b.unsubscribe &&
         a.author == b.author && a.answers_to == b.answers_to && a.track_opens == b.track_opens &&
         a.track_clicks == b.track_clicks &&
         std::equal(a.attachments.begin(), a.attachments.end(), b.attachments.begin(), b.attachments.end(),
                    same_file);
}

std::string any_text(Random& random) {
  std::string text(random.next() % 40, '\0');
  random.fill(std::as_writable_bytes(std::span(text)));
  return text;
}

Mailing any_mailing(Random& random) {
  Mailing mailing;
  for (std::string* text :
       {&mailing.from.display_name, &mailing.from.address, &mailing.header_from, &mailing.envelope_from,
        &mailing.reply_to, &mailing.subject, &mailing.html, &mailing.text})
    *text = any_text(random);
  mailing.missing = random.next() % 2 == 0 ? MissingPolicy::leave : MissingPolicy::strict;
  mailing.track_opens = random.next() % 2 == 0;
  mailing.track_clicks = random.next() % 2 == 0;
  for (std::uint64_t left = random.next() % 4; left > 0; --left)
    mailing.attachments.push_back({any_text(random), any_text(random), any_text(random), any_text(random),
                                   static_cast<FilePlace>(random.next() % 3)});
  if (random.next() % 2 == 0) mailing.author = {any_text(random), any_text(random)};
  for (std::uint64_t left = random.next() % 3; left > 0; --left)
    mailing.answers_to.push_back({any_text(random), any_text(random)});
  for (std::uint64_t left = random.next() % 4; left > 0; --left)
    mailing.headers.emplace_back(any_text(random), any_text(random));
  if (const std::uint64_t option = random.next() % 14; option < kUnsubscribeOptionsEnd)
    mailing.unsubscribe = static_cast<UnsubscribeOption>(option);
  return mailing;
}

TEST(PackedMailing, comes_back_as_it_was) {
  testkit::SeededRandom random;
  for (int round = 0; round < 500; ++round) {
    const Mailing mailing = any_mailing(random);
    const auto back = unpack_mailing(pack_mailing(mailing));
    ASSERT_TRUE(back);
    ASSERT_TRUE(same(mailing, *back));
  }
}

TEST(PackedMailing, is_stored_in_a_form_that_never_changes) {
  Mailing mailing;
  mailing.from = {"Shop", "news@shop.test"};
  mailing.header_from = "h";
  mailing.envelope_from = "e";
  mailing.reply_to = "r";
  mailing.subject = "Hello";
  mailing.html = "<p>";
  mailing.text = "t";
  mailing.missing = MissingPolicy::strict;
  mailing.attachments.push_back({"a.png", "\x89P", "cid"});
  mailing.headers.emplace_back("X-A", "b");
  mailing.unsubscribe = static_cast<UnsubscribeOption>(3);
  mailing.track_opens = true;
  mailing.track_clicks = false;
  constexpr std::string_view kStored =
      "050400000053686f700e0000006e6577734073686f702e746573740100000068010000006501000000720500000048656c6c6f"
      "0300"
      "00003c703e0100000074010100000005000000612e706e670200000089500100000003000000582d4101000000620301030000"
      "0063"
      "696400000000000000000000";
  EXPECT_EQ(encode_hex(pack_mailing(mailing)), kStored);
}

TEST(PackedMailing, may_take_its_attachments_from_elsewhere) {
  testkit::SeededRandom random;
  for (int round = 0; round < 100; ++round) {
    const Mailing whole = any_mailing(random);
    Mailing light = whole;
    light.attachments.clear();
    EXPECT_EQ(pack_mailing(light, whole.attachments), pack_mailing(whole));
  }
}

TEST(PackedMailing, is_refused_when_cut_or_continued) {
  testkit::SeededRandom random;
  for (int round = 0; round < 10; ++round) {
    const std::string bytes = pack_mailing(any_mailing(random));
    for (std::size_t size = 0; size < bytes.size(); ++size)
      ASSERT_FALSE(unpack_mailing(std::string_view(bytes).substr(0, size))) << size << " of " << bytes.size();
    EXPECT_FALSE(unpack_mailing(bytes + "x"));
  }
}

TEST(PackedMailing, of_an_earlier_version_is_read) {
  Mailing mailing;
  mailing.unsubscribe = 2;
  mailing.track_opens = mailing.track_clicks = true;
  mailing.subject = "Hello";
  mailing.attachments.push_back({"a.txt", "a"});
  std::string bytes = pack_mailing(mailing);
  bytes.resize(bytes.size() - 10);  // The attachment's type and place, no author, no addresses for answers.
  bytes.front() = 4;
  EXPECT_TRUE(unpack_mailing(bytes));
  bytes.resize(bytes.size() - 4);  // The length of the attachment's identifier.
  bytes.front() = 3;
  const auto third = unpack_mailing(bytes);
  ASSERT_TRUE(third);
  EXPECT_TRUE(third->track_opens && third->track_clicks);
  bytes.pop_back();  // The flags.
  bytes.front() = 2;
  const auto second = unpack_mailing(bytes);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->unsubscribe, 2);
  EXPECT_FALSE(second->track_opens || second->track_clicks);
  bytes.pop_back();  // The option.
  bytes.front() = 1;
  const auto first = unpack_mailing(bytes);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->subject, "Hello");
  EXPECT_EQ(first->unsubscribe, std::nullopt);
}

TEST(PackedMailing, of_an_unknown_version_is_refused) {
  std::string bytes = pack_mailing({});
  bytes.front() = 99;
  const auto back = unpack_mailing(bytes);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().reason(), "content.mailing_unreadable");
}

TEST(PackedMailing, changed_anywhere_is_read_or_refused_but_never_harmful) {
  testkit::SeededRandom random;
  const std::string bytes = pack_mailing(any_mailing(random));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const char c : {'\0', '\x7f', '\xff'}) {
      std::string changed = bytes;
      changed[i] = c;
      const auto back = unpack_mailing(changed);
      EXPECT_TRUE(back || back.error().reason() == "content.mailing_unreadable");
    }
  }
}

}  // namespace
}  // namespace sesame::content
