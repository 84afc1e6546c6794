#include "content/links.hpp"

#include <gtest/gtest.h>

#include "content/composer.hpp"
#include "mime/address.hpp"
#include "testkit/manual_clock.hpp"

namespace sesame::content {
namespace {

MailTokens::Key some_key() {
  MailTokens::Key key;
  key.fill(9);
  return key;
}

const accounts::MailId kMail{3, accounts::MailId::Kind::run, 41, 7};

TEST(Links, lead_back_to_the_mail_they_were_in) {
  const MailTokens tokens(some_key());
  const Links links(tokens, "https://mail.shop.test", "bounce.shop.test");
  const std::string url = links.click_url(kMail, "https://shop.test/sale");
  ASSERT_TRUE(url.starts_with("https://mail.shop.test/t/c/"));
  const auto opened = tokens.open(TokenUse::click, url.substr(url.rfind('/') + 1));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->mail, kMail);
  EXPECT_EQ(opened->payload, "https://shop.test/sale");
}

TEST(Links, carry_the_minute_and_the_number_of_links_of_their_mail) {
  const MailTokens tokens(some_key());
  testkit::ManualClock clock;
  const Links links(tokens, "https://mail.shop.test", "", &clock);
  const auto token = [](const std::string& url) { return url.substr(url.rfind('/') + 1); };
  const auto link = open_link_token(tokens, token(links.click_url(kMail, "https://shop.test/", 3)));
  ASSERT_TRUE(link);
  EXPECT_EQ(link->mail, kMail);
  EXPECT_EQ(link->target, "https://shop.test/");
  EXPECT_EQ(link->links, 3U);
  EXPECT_EQ(link->made_ms, clock.now_ms() / 60'000 * 60'000);
  const auto image = open_image_token(tokens, token(links.open_url(kMail)));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->mail, kMail);
  EXPECT_EQ(image->made_ms, link->made_ms);
  EXPECT_FALSE(open_link_token(tokens, token(links.open_url(kMail))));
  EXPECT_FALSE(open_image_token(tokens, token(links.click_url(kMail, ""))));
  // Those of earlier versions carry neither.
  const Links former(tokens, "https://mail.shop.test", "");
  const auto plain = open_link_token(tokens, token(former.click_url(kMail, "https://shop.test/")));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->target, "https://shop.test/");
  EXPECT_EQ(plain->made_ms, 0);
  EXPECT_TRUE(open_image_token(tokens, token(former.open_url(kMail))));
}

TEST(Links, a_return_path_is_an_address_that_names_the_mail) {
  const MailTokens tokens(some_key());
  const Links links(tokens, "", "bounce.shop.test");
  EXPECT_FALSE(links.has_url());
  const std::string path = links.return_path(kMail);
  EXPECT_EQ(mime::check_address(path), mime::AddressFault::none);
  const std::string local = path.substr(0, path.find('@'));
  ASSERT_TRUE(local.starts_with(Links::kReturnPathStart));
  EXPECT_EQ(tokens.open_from_address(TokenUse::bounce, local.substr(Links::kReturnPathStart.size())), kMail);
}

TEST(Links, a_composed_mail_returns_to_the_bounce_domain) {
  const MailTokens tokens(some_key());
  const Links links(tokens, "", "bounce.shop.test");
  Mailing mailing;
  mailing.from = {"Shop", "news@shop.test"};
  mailing.subject = "Offers";
  mailing.text = "Hello";
  Letter letter;
  letter.to = {"reader@post.test"};
  letter.envelope_to = "reader@post.test";
  letter.message_id = "1@shop.test";
  letter.id = kMail;
  const auto composer = Composer::create(mailing, &links);
  ASSERT_TRUE(composer);
  const auto mail = composer->compose(letter);
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->envelope_from, links.return_path(kMail));
  EXPECT_NE(mail->bytes.find("From: Shop <news@shop.test>"), std::string::npos);
  EXPECT_NE(mail->bytes.find("\r\nX-Sesame-Ref: " + links.reference(kMail) + "\r\n"), std::string::npos);
}

}  // namespace
}  // namespace sesame::content
