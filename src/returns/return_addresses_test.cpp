#include "returns/return_addresses.hpp"

#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "content/links.hpp"

namespace sesame::returns {
namespace {

const accounts::MailId kMail{3, accounts::MailId::Kind::run, 41, 7};
const accounts::MailId kOther{3, accounts::MailId::Kind::send, 8, 0};

content::MailTokens::Key key_of(unsigned char byte) {
  content::MailTokens::Key key;
  key.fill(byte);
  return key;
}

class ReturnAddressesTest : public ::testing::Test {
 protected:
  std::optional<accounts::MailId> named_in(const std::string& mail) const {
    return addresses_.find_named(mime::read_mail(mail));
  }
  const content::MailTokens tokens_{key_of(1)};
  const content::Links links_{tokens_, "", "back.shop.test"};
  const ReturnAddresses addresses_{tokens_, "back.shop.test", {"abuse", "FBL@back.shop.test"}};
};

TEST_F(ReturnAddressesTest, finds_the_return_path_of_a_mail_in_any_case) {
  for (const std::string& path : {links_.return_path(kMail), ascii::lower(links_.return_path(kMail)),
                                  "B-" + links_.return_path(kMail).substr(2)}) {
    const auto found = addresses_.find(path);
    ASSERT_TRUE(found) << path;
    EXPECT_EQ(found->kind, ReturnAddress::Kind::bounce);
    EXPECT_EQ(found->mail, kMail);
  }
  std::string shouted = links_.return_path(kMail);
  for (char& c : shouted) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  EXPECT_TRUE(addresses_.find(shouted));
}

TEST_F(ReturnAddressesTest, finds_the_names_for_complaints) {
  for (const char* name : {"abuse@back.shop.test", "fbl@Back.Shop.test", "Postmaster@back.shop.test",
                           "postmaster", "POSTMASTER"}) {
    const auto found = addresses_.find(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->kind, ReturnAddress::Kind::complaint) << name;
  }
}

TEST_F(ReturnAddressesTest, has_no_other_mailbox) {
  const std::string path = links_.return_path(kMail);
  const std::string foreign_key =
      content::Links(content::MailTokens(key_of(2)), "", "back.shop.test").return_path(kMail);
  const std::string elsewhere = path.substr(0, path.find('@')) + "@shop.test";
  std::string forged = path;
  forged[10] = forged[10] == 'a' ? 'b' : 'a';
  for (const std::string& address :
       {foreign_key, elsewhere, forged, std::string("b-@back.shop.test"), std::string("news@back.shop.test"),
        std::string("abuse@shop.test"), std::string("abuse"), std::string("@back.shop.test"), std::string(),
        path + ".evil.test", "x" + path}) {
    EXPECT_FALSE(addresses_.find(address)) << address;
  }
}

TEST_F(ReturnAddressesTest, refuses_tokens_of_other_kinds) {
  const std::string open = tokens_.make_for_address(content::TokenUse::open, kMail);
  EXPECT_FALSE(addresses_.find("b-" + open + "@back.shop.test"));
}

TEST_F(ReturnAddressesTest, an_attached_mail_names_itself) {
  EXPECT_EQ(
      named_in("Subject: failed\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x\r\n\r\nSorry\r\n"
               "--x\r\nContent-Type: message/rfc822\r\n\r\nX-Sesame-Ref: " +
               links_.reference(kMail) + "\r\nSubject: Offers\r\n\r\nHello\r\n--x--\r\n"),
      kMail);
  EXPECT_EQ(named_in("Subject: failed\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"
                     "Content-Type: text/rfc822-headers\r\n\r\nSubject: Offers\r\nx-sesame-ref:   " +
                     links_.reference(kMail) + "\r\n--x--\r\n"),
            kMail);
}

TEST_F(ReturnAddressesTest, a_quoted_mail_names_itself) {
  EXPECT_EQ(named_in("Subject: failure notice\r\n\r\nHi. This is the mailer.\r\n\r\n> Return-Path: <" +
                     links_.return_path(kMail) + ">\r\n> Subject: Offers\r\n"),
            kMail);
  EXPECT_EQ(named_in("To: " + links_.return_path(kMail) + "\r\nSubject: Failed\r\n\r\nNo.\r\n"), kMail);
}

TEST_F(ReturnAddressesTest, the_attached_mail_takes_precedence_over_quotes) {
  EXPECT_EQ(
      named_in("Subject: failed\r\nX-Sesame-Ref: " + links_.reference(kOther) +
               "\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nSee " +
               links_.return_path(kOther) + "\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nX-Sesame-Ref: " +
               links_.reference(kMail) + "\r\n\r\nHello\r\n--x--\r\n"),
      kMail);
}

TEST_F(ReturnAddressesTest, ignores_unsigned_tokens) {
  std::string forged = links_.reference(kMail);
  forged[3] = forged[3] == 'a' ? 'b' : 'a';
  EXPECT_FALSE(named_in("Subject: failed\r\n\r\nX-Sesame-Ref: " + forged + "\r\nb-" + forged +
                        "@back.shop.test b-b-b- b- x-sesame-ref: x-sesame-ref:"));
  EXPECT_FALSE(named_in(""));
}

}  // namespace
}  // namespace sesame::returns
