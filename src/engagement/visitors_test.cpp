#include "engagement/visitors.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace sesame::engagement {
namespace {

constexpr auto kOpen = effects::EventKind::open;
constexpr auto kClick = effects::EventKind::click;

effects::Visitor who(effects::EventKind kind, std::string_view agent) {
  return VisitorRules::built_in().visitor_of({kind, false, false, agent});
}

std::string fact(const Error& error, std::string_view name) {
  for (const Error::Fact& each : error.facts()) {
    if (each.name == name) return each.value;
  }
  return "";
}

TEST(Visitors, browsers_and_mail_programs_are_people) {
  for (const std::string_view agent :
       {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
        "Safari/537.36 Edg/120.0.0.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)",
        "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.5.0",
        "Mozilla/5.0 (Linux; Android 10; CUBOT X20 PRO) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/96.0.4664.45 Mobile Safari/537.36",
        "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Trident/7.0; .NET4.0C; .NET CLR 3.5.30729; "
        "ms-office; MSOffice 16)",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Mobile/15E148 MicroMessenger/8.0.29 NetType/WIFI Language/zh_CN",
        "Outlook-iOS/709.2144270.prod.iphone (3.24.0)", "Lotus-Notes/6.0 (Windows-NT)",
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17126; Pro)"}) {
    EXPECT_EQ(who(kOpen, agent), effects::Visitor::person) << agent;
    EXPECT_EQ(who(kClick, agent), effects::Visitor::person) << agent;
  }
}

TEST(Visitors, known_scanners_and_programs_are_machines) {
  for (const std::string_view agent :
       {"Mozilla/5.0",
        "BarracudaCentral/1.0",
        "Mozilla/5.0 (compatible; Proofpoint URL Defense)",
        "curl/7.88.1",
        "python-requests/2.31.0",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "WhatsApp/2.23.20.0",
        "Mozilla/5.0 (compatible; Gmail-content-sampling)",
        "TelegramBot (like TwitterBot)",
        "axios/1.6.0",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b",
        "Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 Chrome/119 Mobile Safari/537.36 "
        "Chrome-Lighthouse",
        "Iframely/1.3.1 (+https://iframely.com/docs/about)",
        "Python/3.11 aiohttp/3.9.1",
        "python-httpx/0.25",
        "Googlebot-Image/1.0",
        "node",
        "undici",
        "okhttp/4.12.0",
        "Go-http-client/2.0",
        "GuzzleHttp/7",
        "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1",
        "LWP::Simple/6.00",
        "Mozilla/5.0 (compatible; SomethingNew/1.0; +https://new.example/about)",
        "PostmanRuntime/7.36.0",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/119.0 "
        "Safari/537.36"})
    EXPECT_EQ(who(kClick, agent), effects::Visitor::machine) << agent;
}

TEST(Visitors, image_proxies_fetch_for_people_but_gmail_also_looks_ahead) {
  EXPECT_EQ(
      who(kOpen, "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"),
      effects::Visitor::proxy);
  EXPECT_EQ(who(kOpen, "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"),
            effects::Visitor::proxy);
  EXPECT_EQ(who(kOpen,
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0"),
            effects::Visitor::machine);
}

TEST(Visitors, a_click_without_a_user_agent_is_a_machines) {
  EXPECT_EQ(who(kClick, ""), effects::Visitor::machine);
  EXPECT_EQ(who(kOpen, ""), effects::Visitor::person);
}

TEST(Visitors, head_requests_and_prefetches_are_machines) {
  const std::string_view browser = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0";
  const VisitorRules& rules = VisitorRules::built_in();
  EXPECT_EQ(rules.visitor_of({kClick, true, false, browser}), effects::Visitor::machine);
  EXPECT_EQ(rules.visitor_of({kClick, false, true, browser}), effects::Visitor::machine);
  EXPECT_TRUE(announces_prefetch("prefetch;anonymous-client-ip"));
  EXPECT_TRUE(announces_prefetch("Prefetch"));
  EXPECT_FALSE(announces_prefetch(""));
}

TEST(Visitors, apps_load_images_for_people_but_open_no_links) {
  for (const std::string_view agent : {"okhttp/4.12.0", "Mail/3654 CFNetwork/1410.0.3 Darwin/22.6.0"}) {
    EXPECT_EQ(who(kOpen, agent), effects::Visitor::person) << agent;
    EXPECT_EQ(who(kClick, agent), effects::Visitor::machine) << agent;
  }
}

TEST(Visitors, the_embedded_rules_can_be_read) { EXPECT_GT(VisitorRules::built_in().rules().size(), 10U); }

TEST(Visitors, patterns_fit_as_a_whole_without_case) {
  const auto fits = [](const char* pattern, const char* agent) { return AgentPattern(pattern).fits(agent); };
  EXPECT_TRUE(fits("", ""));
  EXPECT_FALSE(fits("", "a"));
  EXPECT_TRUE(fits("CURL/*", "curl/8.0"));
  EXPECT_FALSE(fits("curl/*", "libcurl/8.0"));
  EXPECT_TRUE(fits("*bot", "some bot"));
  EXPECT_FALSE(fits("*bot", "bottle"));
  EXPECT_TRUE(fits("a*b*c", "a1b2b3c"));
  EXPECT_FALSE(fits("a*b*c", "acb"));
  EXPECT_FALSE(fits("ab*ba", "aba"));
}

TEST(Visitors, own_rules_come_first_and_replace_by_name) {
  const auto own = VisitorRules::parse(R"(
[[visitor]]
name = "watchdog"
agents = ["*OurWatchdog*"]
is = "machine"
[[visitor]]
name = "http-libraries"
agents = ["curl/*"]
visits = "opens"
is = "proxy"
)",
                                       "own.toml");
  ASSERT_TRUE(own);
  const VisitorRules rules = VisitorRules::built_in().extended_by(*own);
  EXPECT_EQ(rules.visitor_of({kClick, false, false, "Mozilla/5.0 OurWatchdog"}), effects::Visitor::machine);
  EXPECT_EQ(rules.visitor_of({kOpen, false, false, "curl/8"}), effects::Visitor::proxy);
  EXPECT_EQ(rules.visitor_of({kClick, false, false, "axios/1"}), effects::Visitor::person);
  EXPECT_EQ(rules.visitor_of({kClick, false, false, "TelegramBot (like TwitterBot)"}),
            effects::Visitor::machine);
}

TEST(Visitors, faulty_rules_are_refused_with_their_line) {
  for (const auto& [toml, line] :
       {std::pair("x = 1", "1"),
        {"[[visitor]]\nagents = [\"a\"]\nis = \"machine\"", "1"},
        {"[[visitor]]\nname = \"a\"\nis = \"machine\"", "1"},
        {"[[visitor]]\nname = \"a\"\nagents = [\"a\"]", "1"},
        {"[[visitor]]\nname = \"a\"\nagents = \"a\"\nis = \"machine\"", "3"},
        {"[[visitor]]\nname = \"a\"\nagents = [\"**\"]\nis = \"machine\"", "3"},
        {"[[visitor]]\nname = \"a\"\nagents = [\"a\"]\nis = \"robot\"", "4"},
        {"[[visitor]]\nname = \"a\"\nagents = [\"a\"]\nis = \"machine\"\nvisits = \"all\"", "5"},
        {"[[visitor]]\nname = \"a\"\nagents = [\"a\"]\nis = \"machine\"\nmore = 1", "5"},
        {"[[visitor", "1"}}) {
    const auto read = VisitorRules::parse(toml, "own.toml");
    ASSERT_FALSE(read) << toml;
    EXPECT_EQ(read.error().reason(), "engagement.visitor_rules");
    EXPECT_EQ(fact(read.error(), "line"), line) << toml;
  }
  EXPECT_EQ(VisitorRules::read_file("/nonexistent/own.toml").error().reason(), "engagement.visitor_rules");
}

}  // namespace
}  // namespace sesame::engagement
