#include "console/browser_request.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sesame::console {
namespace {

net::HttpRequest request(std::vector<net::HttpHeader> headers, bool secure = false) {
  net::HttpRequest made;
  made.headers = std::move(headers);
  made.secure = secure;
  return made;
}

TEST(SessionCookie, only_the_cookie_of_the_requests_scheme_counts) {
  const std::vector<net::HttpHeader> both = {{"Cookie", "a=b; sesame=plain"},
                                             {"cookie", "__Host-sesame=tied"}};
  EXPECT_EQ(session_token(request(both)), "plain");
  EXPECT_EQ(session_token(request(both, true)), "tied");
  EXPECT_EQ(session_token(request({{"Cookie", "sesamee=x; xsesame=y"}})), "");
  EXPECT_EQ(session_token(request({})), "");
}

TEST(SessionCookie, cannot_be_read_by_scripts_or_sent_by_other_sites) {
  EXPECT_EQ(session_cookie("t", true, std::chrono::seconds(60)),
            "__Host-sesame=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure");
  EXPECT_EQ(session_cookie("t", false, std::chrono::seconds(60)),
            "sesame=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=60");
  EXPECT_EQ(session_cookie("", false, std::chrono::seconds(60)),
            "sesame=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
}

TEST(HostCheck, known_names_are_served_with_any_port) {
  const std::vector<std::string> hosts = {"localhost", "::1", "mail.example.com"};
  for (const char* host : {"localhost", "LOCALHOST:8080", "[::1]:8080", "Mail.Example.Com"})
    EXPECT_TRUE(check_host(request({{"Host", host}}), hosts)) << host;
  for (const char* host :
       {"", "localhost.evil.test", "evil.test", "evil.test:8080", "[::2]", "localhost@evil.test"})
    EXPECT_FALSE(check_host(request({{"Host", host}}), hosts)) << host;
  EXPECT_FALSE(check_host(request({{"Host", "localhost"}, {"Host", "localhost"}}), hosts));
}

TEST(OriginCheck, only_the_consoles_own_pages_change_something) {
  const net::HttpHeader host{"Host", "a.test:1"};
  struct Case {
    const char* site;
    const char* origin;
    bool passes;
  };
  for (const Case& each :
       {Case{"same-origin", "http://a.test:1", true}, Case{nullptr, "http://a.test:1", true},
        Case{"same-origin", nullptr, true}, Case{"same-origin", "null", true}, Case{nullptr, nullptr, false},
        Case{nullptr, "null", false}, Case{"none", nullptr, false},
        Case{"same-site", "http://a.test:1", false}, Case{"cross-site", nullptr, false},
        Case{nullptr, "http://a.test:2", false}, Case{nullptr, "https://a.test:1", false},
        Case{"same-origin", "http://evil.test", false}}) {
    std::vector<net::HttpHeader> headers = {host};
    if (each.site) headers.push_back({"Sec-Fetch-Site", each.site});
    if (each.origin) headers.push_back({"Origin", each.origin});
    EXPECT_EQ(check_same_origin(request(headers)).ok(), each.passes)
        << (each.site ? each.site : "-") << " " << (each.origin ? each.origin : "-");
  }
  EXPECT_TRUE(check_same_origin(request({host, {"Origin", "https://a.test:1"}}, true)));
  EXPECT_TRUE(check_not_foreign(request({})));
  EXPECT_TRUE(check_not_foreign(request({{"Sec-Fetch-Site", "none"}})));
  EXPECT_FALSE(check_not_foreign(request({{"Sec-Fetch-Site", "cross-site"}})));
}

TEST(IsLocal, a_request_through_an_unknown_proxy_could_come_from_anywhere) {
  net::HttpRequest here;
  here.peer_address = "127.0.0.1";
  EXPECT_TRUE(is_local(here));
  here.peer_address = "::1";
  EXPECT_TRUE(is_local(here));
  here.headers = {{"X-Forwarded-For", "127.0.0.1"}};
  EXPECT_FALSE(is_local(here));
  net::HttpRequest there;
  there.peer_address = "192.0.2.1";
  EXPECT_FALSE(is_local(there));
}

}  // namespace
}  // namespace sesame::console
