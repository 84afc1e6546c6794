#include "engagement/unsubscribe_handler.hpp"

#include <gtest/gtest.h>

#include "audience/unsubscribes.hpp"
#include "content/links.hpp"
#include "effects/sent_mail_fixture.hpp"
#include "net/http_client.hpp"
#include "net/loops.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::engagement {
namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::string_view kForm = "application/x-www-form-urlencoded";
constexpr std::string_view kOneClick = "List-Unsubscribe=One-Click";
const accounts::MailId kUnknownMail{1, accounts::MailId::Kind::run, 5, 18};

class UnsubscribeHandlerTest : public ::testing::Test {
 protected:
  UnsubscribeHandlerTest() {
    mails_.record(17, messages::DeliverStatus::delivered);
    loops_.start();
    server_.emplace(loops_, handler_, net::HttpServerOptions{});
    const auto port = server_->start();
    if (!port) throw std::runtime_error(port.error().cause());
    client_.emplace(net::HttpTarget{.host = "127.0.0.1", .port = *port, .path = "/"});
  }
  ~UnsubscribeHandlerTest() override {
    server_.reset();
    loops_.stop();
  }

  std::string path() const { return path(mails_.id(17)); }
  std::string path(const accounts::MailId& mail, std::string_view option = "2") const {
    return links_.unsubscribe_url(mail, option);
  }
  net::HttpAnswer ask(std::string_view method, const std::string& path, std::string_view body = {},
                      std::string_view type = kForm) {
    net::HttpHeaders headers;
    if (!body.empty()) headers.emplace_back("Content-Type", type);
    auto answer = client_->request(method, path, headers, body, kPatience);
    if (!answer) throw std::runtime_error(std::string(answer.error().reason()));
    return std::move(*answer);
  }
  bool unsubscribed() {
    return database_.look([](storage::Reader& reader) {
      return audience::find_unsubscribe(reader, {1, "ap-guangzhou"}, "shop.test", "reader@post.test")
          .has_value();
    });
  }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  const content::MailTokens tokens_{content::MailTokens::Key{1, 2, 3}};
  const content::Links links_{tokens_, "", ""};
  effects::SentMails mails_{database_};
  effects::RecordedEvents events_;
  const effects::MailEffects effects_{{events_, {}, clock_}};
  UnsubscribeHandler handler_{{*database_, tokens_, effects_, clock_}};
  net::Loops loops_{1};
  std::optional<net::HttpServer> server_;
  std::optional<net::HttpClient> client_;
};

TEST_F(UnsubscribeHandlerTest, a_get_changes_nothing) {
  for (const char* method : {"GET", "HEAD", "GET"}) {
    const net::HttpAnswer answer = ask(method, path());
    EXPECT_EQ(answer.status, 200U);
    const bool has_button = answer.body.find("One-Click") != std::string::npos;
    EXPECT_EQ(has_button, std::string_view(method) == "GET");
  }
  EXPECT_EQ(ask("GET", path() + "?List-Unsubscribe=One-Click").status, 200U);
  EXPECT_FALSE(unsubscribed());
  EXPECT_TRUE(events_.events.empty());
}

TEST_F(UnsubscribeHandlerTest, one_post_unsubscribes_and_a_second_changes_nothing) {
  for (int i = 0; i < 2; ++i) {
    const net::HttpAnswer answer = ask("POST", path(), kOneClick);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_NE(answer.body.find("You are unsubscribed"), std::string::npos);
    EXPECT_TRUE(unsubscribed());
  }
  EXPECT_EQ(events_.events.size(), 1U);
  EXPECT_TRUE(mails_.has(mails_.id(17), messages::Mark::unsubscribed));
  EXPECT_NE(ask("GET", path()).body.find("You are unsubscribed"), std::string::npos);
}

TEST_F(UnsubscribeHandlerTest, the_page_offers_to_subscribe_again) {
  ask("POST", path(), kOneClick);
  for (int i = 0; i < 2; ++i) {
    const net::HttpAnswer answer = ask("POST", path(), "Subscribe=Again");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_NE(answer.body.find("You are subscribed again"), std::string::npos);
    EXPECT_FALSE(unsubscribed());
  }
}

TEST_F(UnsubscribeHandlerTest, a_complaint_is_not_undone_by_the_link) {
  database_.change([](storage::Writer& writer) {
    return audience::add_unsubscribe(writer,
                                     {accounts::Scope{1, "ap-guangzhou"}, "shop.test", "reader@post.test",
                                      audience::UnsubscribeReason::complained, effects::kNoon});
  });
  const net::HttpAnswer answer = ask("POST", path(), "Subscribe=Again");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body.find("<form"), std::string::npos);
  EXPECT_TRUE(unsubscribed());
}

TEST_F(UnsubscribeHandlerTest, speaks_the_language_of_the_mail) {
  EXPECT_NE(ask("GET", path(mails_.id(17), "9")).body.find("dir=\"rtl\""), std::string::npos);
  EXPECT_NE(ask("POST", path(mails_.id(17), "6"), kOneClick).body.find("abbestellt"), std::string::npos);
}

TEST_F(UnsubscribeHandlerTest, a_forged_link_is_not_found) {
  std::string forged = path();
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  for (const std::string& bad : {forged, std::string("/u/"), std::string("/u/x"),
                                 links_.open_url(mails_.id(17)).replace(0, 5, "/u/")}) {
    EXPECT_EQ(ask("GET", bad).status, 404U) << bad;
    EXPECT_EQ(ask("POST", bad, kOneClick).status, 404U) << bad;
  }
  EXPECT_EQ(ask("POST", path(kUnknownMail), kOneClick).status, 404U);
  EXPECT_FALSE(unsubscribed());
}

TEST_F(UnsubscribeHandlerTest, a_form_without_a_request_is_refused) {
  for (const std::string& body :
       {std::string("x=y"), std::string("List-Unsubscribe"), std::string("List-Unsubscribe=Two-Clicks"),
        std::string("List-Unsubscribe=%4"), std::string("List%2BUnsubscribe=One-Click"),
        std::string("--b\n\nOne-Click\n--b--")}) {
    EXPECT_EQ(ask("POST", path(), body).status, 400U) << body.substr(0, 40);
  }
  EXPECT_EQ(ask("PUT", path(), kOneClick).status, 405U);
  EXPECT_FALSE(unsubscribed());
}

TEST_F(UnsubscribeHandlerTest, the_headers_allow_the_page_no_external_resources) {
  const net::HttpAnswer answer = ask("GET", path());
  std::string all;
  for (const auto& [name, value] : answer.headers) all += name + ": " + value + "\n";
  EXPECT_NE(all.find("Content-Security-Policy: default-src 'none'"), std::string::npos) << all;
  EXPECT_NE(all.find("Cache-Control: no-store"), std::string::npos);
  EXPECT_NE(all.find("Referrer-Policy: no-referrer"), std::string::npos);
  EXPECT_EQ(all.find("Set-Cookie"), std::string::npos);
}

TEST(ReadWish, understands_both_forms_of_a_form) {
  using enum UnsubscribeWish;
  EXPECT_EQ(read_wish(kForm, "a=b&List-Unsubscribe=One-Click\r\n"), unsubscribe);
  EXPECT_EQ(read_wish(kForm, "list-unsubscribe=one-click"), unsubscribe);
  EXPECT_EQ(read_wish("", kOneClick), unsubscribe);
  EXPECT_EQ(read_wish(kForm, "Subscribe=Again"), subscribe);
  const std::string part =
      "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
  EXPECT_EQ(read_wish("multipart/form-data; boundary=b", part), unsubscribe);
  EXPECT_EQ(read_wish("Multipart/Form-Data; boundary=b",
                      "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n" + part),
            unsubscribe);
  // Mail providers send all of this, and RFC 8058 allows it.
  for (const std::string& pairs :
       {std::string("List%2DUnsubscribe=One%2dClick"), std::string("%4Cist-Unsubscribe=One-Click"),
        std::string("List-Unsubscribe=One-Click\n"), std::string("List-Unsubscribe=One-Click&\r\n\r\n"),
        std::string("+List-Unsubscribe+=+One-Click"),
        std::string(10'000, 'x') + "&List-Unsubscribe=One-Click"})
    EXPECT_EQ(read_wish(kForm, pairs), unsubscribe) << pairs.substr(0, 60);
  for (const std::string& parts :
       {std::string("--b\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\n\nOne-Click\n--b--\n"),
        std::string("--b\r\nContent-Disposition: form-data; name=List-Unsubscribe\r\n\r\nOne-Click\r\n--b--"),
        std::string(
            "--b\r\ncontent-disposition:form-data;name=List-Unsubscribe; x=y\r\nContent-Type: text/plain"
            "\r\n\r\nOne-Click"),
        std::string("--b\r\nContent-Disposition: form-data;\r\n NAME = "
                    "\"list-unsubscribe\"\r\n\r\none-click\r\n--b--"),
        "--" + std::string(5'000, 'b') +
            "\r\nContent-Disposition: form-data; filename=\"x\"; "
            "name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n"}) {
    EXPECT_EQ(read_wish("multipart/form-data; boundary=b", parts), unsubscribe) << parts.substr(0, 200);
    EXPECT_EQ(read_wish("", parts), unsubscribe) << parts.substr(0, 200);
  }
  // The name of a file and the value of another field are ignored.
  for (const std::string_view other :
       {"--b\r\nContent-Disposition: form-data; filename=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nno\r\n--b\r\n"
        "Content-Disposition: form-data; name=\"x\"\r\n\r\nOne-Click\r\n--b--"})
    EXPECT_EQ(read_wish("multipart/form-data; boundary=b", other), nothing) << other;
  for (const std::string_view odd :
       {"name=\"", "name=\"List-Unsubscribe\"", "name=\"\r\n\r\n", "\r\n\r\n", ""})
    EXPECT_EQ(read_wish("multipart/form-data", odd), nothing) << odd;
}

}  // namespace
}  // namespace sesame::engagement
