#include "returns/evidence.hpp"

#include <gtest/gtest.h>

#include "testkit/temp_database.hpp"

namespace sesame::returns {
namespace {

constexpr std::int64_t kNoon = 1'796'126'400'000;  // 2026-12-01 12:00 UTC.
constexpr std::int64_t kDayMs = 86'400'000;

class EvidenceTest : public ::testing::Test {
 protected:
  static Evidence bounce(std::uint32_t ordinal) {
    Evidence evidence;
    evidence.scope = {1, "ap-guangzhou"};
    evidence.received_ms = kNoon + ordinal;
    evidence.mail = accounts::MailId{1, accounts::MailId::Kind::run, 5, ordinal};
    evidence.message_id = "id-" + std::to_string(ordinal);
    evidence.to_address = "Reader" + std::to_string(ordinal) + "@Post.test";
    evidence.bounce_class = "hard_unknown_user";
    evidence.status = "5.1.1";
    evidence.reply_code = "550";
    evidence.reason = "no such user";
    evidence.effect = ReturnEffect::suppressed;
    evidence.envelope_to = "b-token@back.shop.test";
    evidence.size_bytes = 12;
    return evidence;
  }
  bool keep(const Evidence& evidence, std::string_view bytes = "Subject: no\n") {
    const PackedMail packed = pack_evidence(bytes, 1000);
    return database_.change(
        [&](storage::Writer& writer) { return keep_evidence(writer, evidence, packed, limits_); });
  }
  EvidencePage list(const EvidenceFilter& filter, const accounts::Scope& scope = {1, "ap-guangzhou"}) {
    return database_.look([&](storage::Reader& reader) { return list_evidence(reader, scope, filter); });
  }

  testkit::TempDatabase database_;
  EvidenceLimits limits_;
};

TEST_F(EvidenceTest, is_found_with_its_original_bytes) {
  keep(bounce(7), "Subject: no\r\n\r\nbytes \xff\x80");
  const EvidencePage page = list({});
  ASSERT_EQ(page.rows.size(), 1U);
  const auto found = database_.look([&](storage::Reader& reader) {
    return find_evidence(reader, {1, "ap-guangzhou"}, page.rows[0].id);
  });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bytes, "Subject: no\r\n\r\nbytes \xff\x80");
  EXPECT_EQ(found->evidence.mail, bounce(7).mail);
  EXPECT_EQ(found->evidence.message_id, "id-7");
  EXPECT_EQ(found->evidence.effect, ReturnEffect::suppressed);
  EXPECT_EQ(found->evidence.reply_code, "550");
}

TEST_F(EvidenceTest, belongs_to_one_account_and_region) {
  keep(bounce(7));
  EXPECT_EQ(list({}, {2, "ap-guangzhou"}).total, 0);
  EXPECT_EQ(list({}, {1, "ap-hongkong"}).total, 0);
  const auto found = database_.look([&](storage::Reader& reader) {
    return find_evidence(reader, {2, "ap-guangzhou"}, 1);
  });
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason(), "evidence.unknown");
}

TEST_F(EvidenceTest, is_listed_newest_first_by_filter) {
  for (std::uint32_t i = 0; i < 5; ++i) keep(bounce(i));
  Evidence reply = bounce(9);
  reply.bounce_class = "auto_reply";
  keep(reply);
  EXPECT_EQ(list({}).total, 6);
  EXPECT_EQ(list({}).rows[0].message_id, "id-9");
  EXPECT_EQ(list({.offset = 4, .limit = 10}).rows.size(), 2U);
  EXPECT_EQ(list({.offset = 9}).rows.size(), 0U);
  EXPECT_EQ(list({.message_id = "id-3"}).total, 1);
  EXPECT_EQ(list({.message_id = "id-3"}).rows.at(0).mail->ordinal, 3U);
  EXPECT_EQ(list({.to_address = "READER2@post.test"}).rows.at(0).message_id, "id-2");
  EXPECT_EQ(list({.bounce_class = "auto_reply"}).total, 1);
  EXPECT_EQ(list({.from_ms = kNoon + 2, .to_ms = kNoon + 4}).total, 2);
}

TEST_F(EvidenceTest, keeps_the_front_of_a_large_mail) {
  Evidence evidence = bounce(1);
  evidence.size_bytes = 5000;
  keep(evidence, std::string(5000, 'x'));
  const auto found = database_.look([&](storage::Reader& reader) {
    return find_evidence(reader, {1, "ap-guangzhou"}, 1);
  });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bytes, std::string(1000, 'x'));
  EXPECT_EQ(found->evidence.size_bytes, 5000);
}

TEST_F(EvidenceTest, per_sent_mail_is_limited_and_keeps_mails_with_effects) {
  limits_.mails_per_message = 3;
  keep(bounce(1));
  for (int i = 0; i < 20; ++i) {
    Evidence reply = bounce(1);
    reply.bounce_class = "auto_reply";
    reply.effect = ReturnEffect::none;
    EXPECT_TRUE(keep(reply));
  }
  EXPECT_EQ(list({}).total, 3);
  EXPECT_EQ(list({.bounce_class = "hard_unknown_user"}).total, 1);
  EXPECT_TRUE(keep(bounce(1)));
  EXPECT_TRUE(keep(bounce(1)));
  EXPECT_FALSE(keep(bounce(1))) << "only such as had an effect are left";
  EXPECT_TRUE(keep(bounce(2))) << "other mails have room of their own";
}

TEST_F(EvidenceTest, is_bounded_in_number) {
  limits_.mails_per_account = 100;
  for (std::uint32_t i = 0; i < 400; ++i) keep(bounce(i));
  EXPECT_LE(list({}).total, 100 + 64);
  EXPECT_GE(list({}).total, 100);
  EXPECT_EQ(list({}).rows[0].message_id, "id-399");
}

TEST_F(EvidenceTest, expires_the_oldest_first) {
  for (std::uint32_t i = 0; i < 10; ++i) {
    Evidence mail = bounce(i);
    mail.received_ms += i * kDayMs;
    keep(mail);
  }
  const auto expire = [&](std::int64_t most) {
    return database_.change(
        [&](storage::Writer& writer) { return delete_expired_evidence(writer, kNoon + 5 * kDayMs, most); });
  };
  EXPECT_EQ(expire(3), 3);
  EXPECT_EQ(list({.to_ms = kNoon + 3 * kDayMs}).total, 0);
  EXPECT_EQ(expire(100), 2);
  EXPECT_EQ(expire(100), 0);
  EXPECT_EQ(list({}).total, 5);
}

TEST_F(EvidenceTest, of_an_unknown_mail_belongs_to_no_account) {
  Evidence stray;
  stray.received_ms = kNoon;
  stray.bounce_class = "other";
  keep(stray);
  EXPECT_EQ(list({}).total, 0);
  const EvidencePage page = list({}, {});
  ASSERT_EQ(page.total, 1);
  EXPECT_FALSE(page.rows[0].mail);
}

}  // namespace
}  // namespace sesame::returns
