#include "senders/record_rules.hpp"

#include <gtest/gtest.h>

namespace sesame::senders {
namespace {

DomainRecord record(RecordKind kind, std::string expected) {
  return {.kind = kind, .type = "TXT", .name = "shop.test", .expected_value = std::move(expected)};
}

Finding spf(std::vector<std::string> texts) {
  return judge_texts(record(RecordKind::spf, "v=spf1 include:spf.sesame.test ~all"), texts);
}
Finding dkim(std::vector<std::string> texts) {
  return judge_texts(record(RecordKind::dkim2048, "v=DKIM1; k=rsa; p=MIIBkey+/="), texts);
}
Finding dmarc(std::vector<std::string> texts) {
  return judge_texts(record(RecordKind::dmarc, "v=DMARC1; p=none"), texts);
}
Finding mx(std::vector<dns::MailHost> hosts, bool strict = false) {
  return judge_mail_hosts(record(RecordKind::mx, "mx.sesame.test."), hosts, strict);
}

TEST(SpfRecord, has_to_include_us) {
  for (const char* right :
       {"v=spf1 include:spf.sesame.test ~all", "v=spf1 mx  +include:SPF.sesame.test. -all",
        "V=SPF1 include:spf.sesame.test", "\"v=spf1 include:spf.sesame.test ~all\"",
        " v=spf1 include:other.test include:spf.sesame.test ?all "}) {
    EXPECT_TRUE(spf({right}).matches) << right;
  }
  for (const char* wrong : {"v=spf1 mx -all", "v=spf1 -all include:spf.sesame.test",
                            "v=spf1 -include:spf.sesame.test", "v=spf1 include:spf.sesame.test.evil.test",
                            "v=spf1 include:notspf.sesame.test", "v=spf10 include:spf.sesame.test"}) {
    EXPECT_FALSE(spf({wrong}).matches) << wrong;
  }
}

TEST(SpfRecord, is_found_among_other_texts_but_must_be_the_only_one) {
  const std::string ours = "v=spf1 include:spf.sesame.test ~all";
  EXPECT_TRUE(spf({"site-verification=1", ours}).matches);
  EXPECT_EQ(spf({"site-verification=1", ours}).value, ours);
  EXPECT_FALSE(spf({"v=spf1 -all", ours}).matches);
  EXPECT_EQ(spf({"v=spf1 -all", ours}).value, "v=spf1 -all, " + ours);
  EXPECT_EQ(spf({"site-verification=1"}).value, "");
  EXPECT_TRUE(spf({}).known);
}

TEST(DkimRecord, has_to_carry_the_key) {
  for (const char* right : {"v=DKIM1; k=rsa; p=MIIBkey+/=", "p=MIIBkey+/=", "k=rsa;p=MIIB key+/ =;",
                            "v=DKIM1; h=sha1:sha256; p=MIIBkey+/=; t=s"}) {
    EXPECT_TRUE(dkim({right}).matches) << right;
    EXPECT_EQ(dkim({"other", right}).value, right);
  }
  for (const char* wrong : {"v=DKIM1; k=rsa; p=", "v=DKIM1; k=rsa; p=MIIBother", "v=DKIM2; p=MIIBkey+/=",
                            "k=ed25519; p=MIIBkey+/=", "h=sha1; p=MIIBkey+/=", "MIIBkey+/="}) {
    EXPECT_FALSE(dkim({wrong}).matches) << wrong;
    EXPECT_EQ(dkim({wrong}).value, wrong);
  }
}

TEST(DmarcRecord, has_to_be_there_once) {
  EXPECT_TRUE(dmarc({"v=DMARC1; p=reject; rua=mailto:d@shop.test"}).matches);
  EXPECT_TRUE(dmarc({"other", "v=DMARC1;p=none"}).matches);
  EXPECT_FALSE(dmarc({"v=DMARC1; p=none", "v=DMARC1; p=reject"}).matches);
  EXPECT_FALSE(dmarc({"v=DMARC2; p=none"}).matches);
  EXPECT_EQ(dmarc({"p=none"}).value, "p=none");
  EXPECT_FALSE(dmarc({}).matches);
}

TEST(MxRecord, of_any_server_that_takes_mail_will_do_unless_strict) {
  EXPECT_TRUE(mx({{10, "mail.shop.test"}, {20, "mx.sesame.test"}}, true).matches);
  EXPECT_EQ(mx({{10, "mail.shop.test"}, {20, "mx.sesame.test"}}).value, "mx.sesame.test.");
  EXPECT_TRUE(mx({{10, "mail.shop.test"}}).matches);
  EXPECT_FALSE(mx({{10, "mail.shop.test"}}, true).matches);
  EXPECT_EQ(mx({{10, "a.test"}, {20, "b.test"}}).value, "a.test., b.test.");
  EXPECT_FALSE(mx({{0, ""}}).matches) << "a null MX takes no mail";
  EXPECT_FALSE(mx({}).matches);
}

TEST(Records, are_shown_as_text_whatever_they_hold) {
  EXPECT_EQ(dkim({"p=\xff\n"}).value, "p=?");
  EXPECT_EQ(dkim({std::string(5000, 'x')}).value.size(), 2000u);
}

}  // namespace
}  // namespace sesame::senders
