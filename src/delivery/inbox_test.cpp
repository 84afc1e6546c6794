#include "delivery/inbox.hpp"

#include <gtest/gtest.h>

#include "delivery/subject.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::delivery {
namespace {

const accounts::Scope kScope{1, "ap-guangzhou"};

class Inbox : public testing::Test {
 protected:
  void store(const std::string& to, const std::string& subject, const accounts::Scope& scope = kScope,
             std::int64_t keep = 100) {
    InboxMail mail = pack_mail("From: a@sender.test\r\nSubject: " + subject + "\r\n\r\nHello " + to + "\r\n");
    mail.scope = scope;
    mail.from_address = "a@sender.test";
    mail.message_id = "id-" + std::to_string(stored_++);
    mail.to_address = to;
    database.change([&](storage::Writer& writer) {
      store_mail(writer, mail);
      trim_inbox(writer, scope, 1, keep);
    });
  }
  InboxPage list(InboxFilter filter = {}, std::uint32_t offset = 0, std::uint32_t limit = 10,
                 const accounts::Scope& scope = kScope) {
    return database.look(
        [&](storage::Reader& reader) { return list_inbox(reader, scope, filter, offset, limit); });
  }
  Result<InboxMessage> get(std::int64_t id, accounts::Scope scope = kScope) {
    return database.look([&](storage::Reader& reader) { return find_inbox_mail(reader, scope, id); });
  }
  testkit::TempDatabase database;

 private:
  int stored_ = 0;
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
  EXPECT_EQ(list({.from_address = "A@SENDER"}).total, 5);
  EXPECT_EQ(list({.from_address = "b@sender"}).total, 0);
  EXPECT_EQ(list({.message_id = "id-2"}).total, 1);
  EXPECT_EQ(list({.to_address = "user3", .message_id = "id-2"}).total, 0);
  EXPECT_EQ(list({.message_id = "id-2"}, 0, 10, {2, "ap-guangzhou"}).total, 0);
}

TEST_F(Inbox, is_searched_as_addresses_are_compared) {
  store("Ann.\xC3\x84rger@xn--bcher-kva.test",
        "GR\xC3\x9CSSE aus \xD0\x9C\xD0\x9E\xD0\xA1\xD0\x9A\xD0\x92\xD0\x90");
  store("bob@rcpt.test", "gr\xC3\xBCsse");
  for (const std::string to : {"@b\xC3\xBC"
                               "cher.test",
                               "B\xC3\x9C"
                               "CHER",
                               "b\xC3\xBC"
                               "ch",
                               "xn--bcher-kva", "XN--BCHER", "ann.\xC3\xA4rger@",
                               "ANN.\xC3\x84RGER@B\xC3\x9C"
                               "CHER.test",
                               "A\xCC\x88RGER"})
    EXPECT_EQ(list({.to_address = to}).total, 1) << to;
  for (const std::string subject : {"gr\xC3\xBC\xC3\x9F"
                                    "e aus",
                                    "GR\xC3\x9CSSE AUS", "\xD0\xBC\xD0\xBE\xD1\x81\xD0\xBA"})
    EXPECT_EQ(list({.subject = subject}).total, 1) << subject;
  EXPECT_EQ(list({.subject = "Gr\xC3\xBC\xC3\x9F"
                             "e"})
                .total,
            2);
  EXPECT_EQ(list({.to_address = "bob", .subject = "moskwa"}).total, 0);
  const InboxPage second = list({.subject = "gr"}, 1, 1);
  EXPECT_EQ(second.total, 2);
  ASSERT_EQ(second.entries.size(), 1u);
  EXPECT_EQ(second.entries[0].to_address, "Ann.\xC3\x84rger@xn--bcher-kva.test");
}

TEST_F(Inbox, of_one_account_takes_no_room_from_another) {
  const accounts::Scope other{2, "ap-guangzhou"};
  const accounts::Scope elsewhere{1, "ap-hongkong"};
  store("mine@rcpt.test", "x", kScope, 3);
  store("there@rcpt.test", "x", elsewhere, 3);
  for (int i = 0; i < 20; ++i) store("theirs" + std::to_string(i) + "@rcpt.test", "x", other, 3);
  EXPECT_EQ(list().total, 1);
  EXPECT_EQ(list({}, 0, 10, elsewhere).total, 1);
  EXPECT_EQ(list({}, 0, 10, other).total, 3);
  EXPECT_EQ(list({}, 0, 10, other).entries.at(0).to_address, "theirs19@rcpt.test");
  EXPECT_EQ(list({}, 0, 10, other).entries.at(2).to_address, "theirs17@rcpt.test");
}

TEST_F(Inbox, finds_the_newest_mail_of_a_message_and_recipient_at_any_age) {
  const auto store_copy = [&](const std::string& id, const std::string& to, std::int64_t received_ms) {
    InboxMail mail = pack_mail("Subject: s\r\n\r\nHello\r\n");
    mail.scope = kScope;
    mail.message_id = id;
    mail.to_address = to;
    mail.received_ms = received_ms;
    database.change([&](storage::Writer& writer) { store_mail(writer, mail); });
  };
  // Ids follow the order of the commits, not the times.
  for (std::int64_t i = 0; i < 20; ++i)
    store_copy("id-" + std::to_string(i / 2), i % 2 == 0 ? "ann@rcpt.test" : "bob@rcpt.test", 1'000'000 - i);
  store_copy("id-3", "bob@rcpt.test", 5);
  const auto find = [&](std::string_view id, std::string_view to, const accounts::Scope& scope = kScope) {
    return database.look([&](storage::Reader& reader) { return find_inbox_id(reader, scope, id, to); });
  };
  EXPECT_EQ(find("id-3", "BOB@rcpt.test"), 21) << "the newest of two copies";
  EXPECT_EQ(find("id-0", "ann@rcpt.test"), 1);
  EXPECT_EQ(find("id-9", "bob@rcpt.test"), 20);
  EXPECT_FALSE(find("id-9", "carl@rcpt.test")) << "another recipient";
  EXPECT_FALSE(find("id-10", "ann@rcpt.test")) << "another message";
  EXPECT_FALSE(find("id-3", "bob@rcpt.test", {2, "ap-guangzhou"}));
  const auto has = [&](std::int64_t id, const accounts::Scope& scope = kScope) {
    return database.look([&](storage::Reader& reader) { return has_inbox_mail(reader, scope, id); });
  };
  EXPECT_TRUE(has(20));
  EXPECT_FALSE(has(22));
  EXPECT_FALSE(has(20, {2, "ap-guangzhou"}));
}

TEST_F(Inbox, keeps_the_newest) {
  for (int i = 0; i < 5; ++i) store("user" + std::to_string(i) + "@rcpt.test", "x", kScope, 2);
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
