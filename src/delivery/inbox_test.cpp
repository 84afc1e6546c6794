#include "delivery/inbox.hpp"

#include <gtest/gtest.h>

#include "delivery/subject.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::delivery {
namespace {

const accounts::Scope kScope{1, "ap-guangzhou"};

class Inbox : public testing::Test {
 protected:
  void store(const std::string& to, const std::string& subject) {
    InboxMail mail = pack_mail("From: a@sender.test\r\nSubject: " + subject + "\r\n\r\nHello " + to + "\r\n");
    mail.scope = kScope;
    mail.to_address = to;
    database.change([&](storage::Writer& writer) { store_mail(writer, mail); });
  }
  InboxPage list(InboxFilter filter = {}, std::uint32_t offset = 0, std::uint32_t limit = 10) {
    return database.look(
        [&](storage::Reader& reader) { return list_inbox(reader, kScope, filter, offset, limit); });
  }
  Result<InboxMessage> get(std::int64_t id, accounts::Scope scope = kScope) {
    return database.look([&](storage::Reader& reader) { return find_inbox_mail(reader, scope, id); });
  }
  testkit::TempDatabase database;
};

TEST_F(Inbox, gives_back_every_byte) {
  store("bob@rcpt.test", "hi");
  const auto found = get(list().entries.at(0).id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found.value().bytes, "From: a@sender.test\r\nSubject: hi\r\n\r\nHello bob@rcpt.test\r\n");
  EXPECT_EQ(get(99).error().reason(), "inbox.unknown_mail");
  EXPECT_FALSE(get(list().entries.at(0).id, {2, "ap-guangzhou"}));
}

TEST_F(Inbox, lists_the_newest_first_and_filters) {
  for (int i = 0; i < 5; ++i) store("user" + std::to_string(i) + "@rcpt.test", "number " + std::to_string(i));
  EXPECT_EQ(list().entries.at(0).to_address, "user4@rcpt.test");
  EXPECT_EQ(list({}, 1, 2).entries.size(), 2u);
  EXPECT_EQ(list({}, 1, 2).total, 5);
  EXPECT_EQ(list({.to_address = "USER3"}).entries.size(), 1u);
  EXPECT_EQ(list({.subject = "number"}).total, 5);
  EXPECT_EQ(list({.subject = "num_er"}).total, 0) << "no wildcards";
}

TEST_F(Inbox, keeps_the_newest) {
  for (int i = 0; i < 5; ++i) store("user" + std::to_string(i) + "@rcpt.test", "x");
  database.change([](storage::Writer& writer) { trim_inbox(writer, 2); });
  EXPECT_EQ(list().total, 2);
  EXPECT_EQ(list().entries.at(1).to_address, "user3@rcpt.test");
  EXPECT_EQ(database.change([](storage::Writer& writer) { return empty_inbox(writer, kScope); }), 2);
  EXPECT_EQ(list().total, 0);
}

TEST(Subject, is_decoded_to_one_line_of_text) {
  EXPECT_EQ(read_subject("To: x\r\nSUBJECT: plain text\r\nX: y\r\n\r\nSubject: no\r\n"), "plain text");
  EXPECT_EQ(read_subject("Subject: =?UTF-8?B?5L2g5aW9?=\r\n =?utf-8?q?_w=C3=B6rld?= end\r\n\r\n"),
            "你好 wörld end");
  EXPECT_EQ(read_subject("Subject: a\r\n\tb\r\n\r\n"), "a b");
  EXPECT_EQ(read_subject("Subject: =?utf-8?B?!!?= =?x\r\n\r\n"), "=?utf-8?B?!!?= =?x");
  EXPECT_EQ(read_subject("To: x\r\n\r\nbody"), "");
}

}  // namespace
}  // namespace sesame::delivery
