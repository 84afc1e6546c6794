// A composed mail's ways to unsubscribe: footer and headers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "content/composer.hpp"
#include "dkim/key.hpp"

namespace sesame::content {
namespace {

using testing::HasSubstr;
using testing::Not;

class UnsubscribeMail : public ::testing::Test {
 protected:
  UnsubscribeMail() {
    mailing_.from = {"Shop", "news@shop.test"};
    mailing_.subject = "News";
    mailing_.html = "<html><body><p>News for {{name}}</p></body></html>";
    mailing_.text = "News for {{name}}";
    mailing_.unsubscribe = 2;
  }
  std::string composed(const Links* links) {
    const auto composer = Composer::create(mailing_, links);
    if (!composer) return std::string(composer.error().reason());
    auto mail = composer->compose({.to = {"ada@post.test"},
                                   .envelope_to = "ada@post.test",
                                   .data_json = R"({"name":"Ada"})",
                                   .message_id = "1@shop.test",
                                   .date_s = 1'790'000'000,
                                   .id = mail_});
    return mail ? std::move(mail->bytes) : std::string(mail.error().reason());
  }
  std::string composed() { return composed(&links_); }
  std::string header() {
    const std::string bytes = composed();
    return bytes.substr(0, bytes.find("\r\n\r\n") + 2);
  }

  Mailing mailing_;
  const accounts::MailId mail_{1, accounts::MailId::Kind::run, 5, 17};
  const MailTokens tokens_{MailTokens::Key{1, 2, 3}};
  const Links links_{tokens_, "https://links.example", ""};
};

TEST_F(UnsubscribeMail, names_its_link_on_one_line_in_the_header) {
  EXPECT_THAT(header(), HasSubstr("\r\nList-Unsubscribe: <" + links_.unsubscribe_url(mail_, "2") +
                                  ">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
}

TEST_F(UnsubscribeMail, has_the_same_link_in_both_bodies) {
  const std::string bytes = composed();
  std::string unfolded;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes.compare(i, 3, "=\r\n") == 0)
      i += 2;
    else
      unfolded += bytes[i];
  }
  const std::string link = links_.unsubscribe_url(mail_, "2");
  EXPECT_THAT(unfolded, HasSubstr("<a href=3D\"" + link + "\""));
  EXPECT_THAT(unfolded, HasSubstr("\r\nUnsubscribe: " + link + "\r\n"));
  EXPECT_THAT(unfolded, HasSubstr("</a></div></body></html>"));
  EXPECT_THAT(unfolded, Not(HasSubstr("sesame.unsubscribe")));
}

TEST_F(UnsubscribeMail, needs_no_value_from_the_recipient) {
  mailing_.missing = MissingPolicy::strict;
  const auto composer = Composer::create(mailing_, &links_);
  ASSERT_TRUE(composer);
  EXPECT_EQ(composer->variable_names(), std::vector<std::string>{"name"});
  EXPECT_THAT(header(), HasSubstr("List-Unsubscribe"));
}

TEST_F(UnsubscribeMail, names_nothing_without_an_option_or_without_a_place_to_lead_to) {
  const Links nowhere(tokens_, "", "");
  EXPECT_THAT(composed(nullptr), Not(HasSubstr("List-Unsubscribe")));
  EXPECT_THAT(composed(&nowhere), Not(HasSubstr("List-Unsubscribe")));
  mailing_.unsubscribe = 0;
  EXPECT_THAT(composed(), Not(HasSubstr("List-Unsubscribe")));
  mailing_.unsubscribe = std::nullopt;
  EXPECT_THAT(composed(), Not(HasSubstr("List-Unsubscribe")));
  mailing_.unsubscribe = kUnsubscribeOptionsEnd;
  EXPECT_THAT(composed(), Not(HasSubstr("List-Unsubscribe")));
}

TEST_F(UnsubscribeMail, leaves_a_header_of_the_senders_own_alone) {
  mailing_.headers = {{"list-unsubscribe", "<mailto:leave@shop.test>"}};
  EXPECT_THAT(header(), HasSubstr("list-unsubscribe: <mailto:leave@shop.test>"));
  EXPECT_THAT(header(), Not(HasSubstr("List-Unsubscribe:")));
  EXPECT_THAT(header(), Not(HasSubstr("List-Unsubscribe-Post")));
}

TEST_F(UnsubscribeMail, has_its_headers_signed_once_more_than_they_occur) {
  const auto key = dkim::PrivateKey::generate(1024);
  ASSERT_TRUE(key);
  const auto shared = std::make_shared<const dkim::PrivateKey>(*key);
  mailing_.signers.push_back(std::make_shared<const dkim::Signer>("shop.test", "s1", shared));
  std::string signature = composed();
  signature = signature.substr(0, signature.find("\r\nFrom:"));
  std::erase_if(signature, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  EXPECT_THAT(signature,
              HasSubstr(":List-Unsubscribe:List-Unsubscribe:List-Unsubscribe-Post:List-Unsubscribe-Post"));
}

}  // namespace
}  // namespace sesame::content
