#include "engagement/visitors.hpp"

#include <gtest/gtest.h>

namespace sesame::engagement {
namespace {

constexpr auto kOpen = effects::EventKind::open;
constexpr auto kClick = effects::EventKind::click;

effects::Visitor who(effects::EventKind kind, std::string_view agent) {
  return visitor_of({kind, false, false, agent});
}

TEST(Visitors, browsers_and_mail_programs_are_people) {
  for (const std::string_view agent :
       {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
        "Safari/537.36 Edg/120.0.0.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)",
        "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.5.0",
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17126; Pro)"}) {
    EXPECT_EQ(who(kOpen, agent), effects::Visitor::person) << agent;
    EXPECT_EQ(who(kClick, agent), effects::Visitor::person) << agent;
  }
}

TEST(Visitors, known_scanners_and_programs_are_machines) {
  for (const std::string_view agent :
       {"Mozilla/5.0", "BarracudaCentral/1.0", "Mozilla/5.0 (compatible; Proofpoint URL Defense)",
        "curl/7.88.1", "python-requests/2.31.0", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "WhatsApp/2.23.20.0",
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
  EXPECT_EQ(visitor_of({kClick, true, false, browser}), effects::Visitor::machine);
  EXPECT_EQ(visitor_of({kClick, false, true, browser}), effects::Visitor::machine);
  EXPECT_TRUE(announces_prefetch("prefetch;anonymous-client-ip"));
  EXPECT_TRUE(announces_prefetch("Prefetch"));
  EXPECT_FALSE(announces_prefetch(""));
}

}  // namespace
}  // namespace sesame::engagement
