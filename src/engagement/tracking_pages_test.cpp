#include "engagement/tracking_pages.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/beijing_time.hpp"
#include "content/links.hpp"
#include "effects/sent_mail_fixture.hpp"
#include "effects/volumes.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::engagement {
namespace {

constexpr const char* kBrowser = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0";

class TrackingPagesTest : public testing::Test {
 protected:
  TrackingPagesTest() {
    mails_.record(17, messages::DeliverStatus::delivered, clock_.now_ms() - 3'600'000);
    enable(true);
  }

  void enable(bool enabled) {
    accounts::Credential credential;
    credential.secret_id = "AKID1";
    credential.account_id = 1;
    credential.enabled = enabled;
    keyring_.put(std::move(credential));
  }

  static content::MailTokens::Key key(unsigned char fill) {
    content::MailTokens::Key key;
    key.fill(fill);
    return key;
  }

  net::HttpResponse ask(std::string method, std::string target, std::string agent = kBrowser,
                        std::string purpose = "") {
    net::HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers.push_back({"User-Agent", std::move(agent)});
    if (!purpose.empty()) request.headers.push_back({"Sec-Purpose", std::move(purpose)});
    net::HttpResponse response;
    boost::asio::io_context loop;
    boost::asio::co_spawn(
        loop, pages_.handle(std::move(request)),
        [&response](std::exception_ptr, net::HttpResponse got) { response = std::move(got); });
    loop.run();
    return response;
  }
  static std::string header(const net::HttpResponse& response, std::string_view name) {
    for (const auto& [known, value] : response.headers) {
      if (known == name) return value;
    }
    return "";
  }
  std::string click(std::string_view target) {
    return links_.click_url(mails_.id(17), target);  // A path: Links has no host here.
  }
  effects::Volume volume() {
    visits_.stop();
    const effects::VolumeQuery query{
        {1, "ap-guangzhou"}, beijing_day(effects::kNoon), beijing_day(effects::kNoon), "", ""};
    const auto days =
        database_.look([&](storage::Reader& reader) { return effects::daily_volumes(reader, query); });
    return days.empty() ? effects::Volume{} : days.front().volume;
  }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  effects::SentMails mails_{database_};
  effects::RecordedEvents events_;
  const effects::MailEffects effects_{{events_, {}, clock_}};
  VisitQueue visits_{*database_, effects_};
  const content::MailTokens tokens_{key(1)};
  const content::Links links_{tokens_, "", ""};
  const content::Links timed_{tokens_, "", "", &clock_};
  accounts::Keyring keyring_;
  TrackingPages pages_{{tokens_, keyring_, VisitorRules::built_in(), visits_, clock_}};
};

TEST_F(TrackingPagesTest, a_click_redirects_to_the_links_target_and_counts_once) {
  const net::HttpResponse response = ask("GET", click("https://shop.test/?a=1&b=2#top"));
  EXPECT_EQ(response.status, 302u);
  EXPECT_EQ(header(response, "Location"), "https://shop.test/?a=1&b=2#top");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_EQ(header(response, "Referrer-Policy"), "no-referrer");
  ask("GET", click("https://shop.test/") + "?utm=added");
  const effects::Volume counted = volume();
  EXPECT_EQ(counted.clicked, 1);
  EXPECT_EQ(events_.events.size(), 2u);
  EXPECT_EQ(events_.events.front().link, "https://shop.test/?a=1&b=2#top");
  EXPECT_EQ(events_.events.front().user_agent, kBrowser);
}

TEST_F(TrackingPagesTest, each_showing_of_the_image_is_an_open) {
  for (int i = 0; i < 3; ++i) {
    const net::HttpResponse response = ask("GET", links_.open_url(mails_.id(17)));
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(response.content_type, "image/gif");
    EXPECT_TRUE(response.body.starts_with("GIF89a") && response.body.ends_with(';'));
    EXPECT_EQ(response.body.size(), 43u);
    EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  }
  EXPECT_EQ(volume().opened, 3);
}

TEST_F(TrackingPagesTest, a_foreign_token_is_not_found) {
  const content::MailTokens others(key(2));
  const content::Links forged(others, "", "");
  std::string damaged = click("https://shop.test/");
  damaged[damaged.size() / 2] = damaged[damaged.size() / 2] == 'A' ? 'B' : 'A';
  const std::string open = links_.open_url(mails_.id(17));
  for (const std::string& target :
       {forged.click_url(mails_.id(17), "https://evil.test/"), damaged, std::string("/t/c/"),
        std::string("/t/c/x"), std::string("/t/"), std::string("/t/o/"),
        std::string("/t/c/https://evil.test/"),
        // A token of another kind.
        "/t/c/" + open.substr(open.rfind('/') + 1), std::string("/t/c/") + std::string(20'000, 'A')}) {
    const net::HttpResponse response = ask("GET", target);
    EXPECT_EQ(response.status, 404u) << target;
    EXPECT_EQ(header(response, "Location"), "");
  }
  EXPECT_EQ(volume(), effects::Volume{});
}

TEST_F(TrackingPagesTest, machines_are_answered_like_people_and_counted_apart) {
  EXPECT_EQ(ask("HEAD", click("https://shop.test/")).status, 302u);
  EXPECT_EQ(ask("GET", click("https://shop.test/"), kBrowser, "prefetch").status, 302u);
  EXPECT_EQ(ask("GET", click("https://shop.test/"), "curl/8.0").status, 302u);
  EXPECT_EQ(ask("GET", links_.open_url(mails_.id(17)), "Mozilla/5.0").status, 200u);
  effects::Volume machines;
  machines.machine_clicked = 3;
  machines.machine_opened = 1;
  EXPECT_EQ(volume(), machines);
}

TEST_F(TrackingPagesTest, a_link_ends_after_its_days) {
  const std::string link = timed_.click_url(mails_.id(17), "https://shop.test/", 1);
  const std::string image = timed_.open_url(mails_.id(17));
  clock_.advance(std::chrono::days(90) - std::chrono::minutes(2));
  EXPECT_EQ(ask("GET", link).status, 302u);
  EXPECT_EQ(ask("GET", image).status, 200u);
  EXPECT_EQ(volume().clicked, 1);
  clock_.advance(std::chrono::minutes(3));
  for (const std::string& ended : {link, image}) {
    const net::HttpResponse response = ask("GET", ended);
    EXPECT_EQ(response.status, 410u);
    EXPECT_EQ(header(response, "Location"), "");
    EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  }
  // Links of earlier versions carry no time.
  EXPECT_EQ(ask("GET", click("https://shop.test/")).status, 302u);
  EXPECT_EQ(events_.events.size(), 2u);
}

TEST_F(TrackingPagesTest, a_link_of_a_clock_that_was_not_set_leads_on) {
  const std::int64_t now_ms = clock_.now_ms();
  clock_.advance(-std::chrono::milliseconds(now_ms));
  const std::string link = timed_.click_url(mails_.id(17), "https://shop.test/", 1);
  clock_.advance(std::chrono::milliseconds(now_ms));
  EXPECT_EQ(ask("GET", link).status, 302u);
}

TEST_F(TrackingPagesTest, without_days_links_lead_on_for_ever) {
  TrackingPages pages({tokens_, keyring_, VisitorRules::built_in(), visits_, clock_}, {.link_days = 0});
  const std::string link = timed_.click_url(mails_.id(17), "https://shop.test/", 1);
  clock_.advance(std::chrono::days(3650));
  net::HttpRequest request;
  request.method = "GET";
  request.target = link;
  unsigned status = 0;
  boost::asio::io_context loop;
  boost::asio::co_spawn(loop, pages.handle(std::move(request)),
                        [&status](std::exception_ptr, net::HttpResponse got) { status = got.status; });
  loop.run();
  EXPECT_EQ(status, 302u);
}

TEST_F(TrackingPagesTest, links_of_a_disabled_account_are_gone) {
  enable(false);
  EXPECT_EQ(ask("GET", click("https://shop.test/")).status, 410u);
  EXPECT_EQ(ask("GET", timed_.open_url(mails_.id(17))).status, 410u);
  enable(true);
  EXPECT_EQ(ask("GET", click("https://shop.test/")).status, 302u);
  keyring_.remove("AKID1");
  EXPECT_EQ(ask("GET", timed_.click_url(mails_.id(17), "https://shop.test/", 1)).status, 410u);
  EXPECT_EQ(volume().clicked, 1);
}

TEST_F(TrackingPagesTest, all_links_at_once_soon_after_the_delivery_are_a_scanners) {
  mails_.record(18, messages::DeliverStatus::delivered, clock_.now_ms());
  mails_.record(19, messages::DeliverStatus::delivered, clock_.now_ms());
  const auto follow = [&](std::uint32_t mail, const std::string& target) {
    EXPECT_EQ(ask("GET", timed_.click_url(mails_.id(mail), target, 3)).status, 302u);
  };
  clock_.advance(std::chrono::seconds(8));
  for (const char* target : {"https://shop.test/1", "https://shop.test/2", "https://shop.test/3"}) {
    follow(18, target);
    clock_.advance(std::chrono::seconds(1));
  }
  // A person follows some.
  follow(19, "https://shop.test/1");
  follow(19, "https://shop.test/2");
  EXPECT_EQ(visits_.waiting(), 5u);
  const effects::Volume counted = volume();
  EXPECT_EQ(counted.machine_clicked, 3);
  EXPECT_EQ(counted.clicked, 1);
  EXPECT_EQ(events_.events.size(), 2u);
}

TEST_F(TrackingPagesTest, held_clicks_are_written_some_seconds_later) {
  ask("GET", timed_.click_url(mails_.id(17), "https://shop.test/", 2));
  visits_.tick(clock_.now_ms());
  EXPECT_EQ(visits_.waiting(), 1u);
  clock_.advance(std::chrono::milliseconds(ClickGroups::kHeldMs));
  visits_.tick(clock_.now_ms());
  EXPECT_EQ(visits_.waiting(), 0u);
  EXPECT_EQ(volume().clicked, 1);
}

TEST_F(TrackingPagesTest, a_user_agent_that_is_not_utf8_is_mended) {
  ask("GET", click("https://shop.test/"), "Caf\xE9 Browser/1.0");
  volume();
  ASSERT_EQ(events_.events.size(), 1u);
  EXPECT_EQ(events_.events.front().user_agent, "Caf\xEF\xBF\xBD Browser/1.0");
}

TEST_F(TrackingPagesTest, refuses_other_methods_than_get_and_head) {
  const net::HttpResponse response = ask("POST", click("https://shop.test/"));
  EXPECT_EQ(response.status, 405u);
  EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
}

TEST_F(TrackingPagesTest, an_address_can_t_break_out_of_its_header_field) {
  EXPECT_EQ(location_of("https://shop.test/a b\r\nX: y\xc3\xa4\x7f"),
            "https://shop.test/a%20b%0D%0AX:%20y%C3%A4%7F");
}

TEST_F(TrackingPagesTest, retries_visits_that_the_database_refused) {
  database_.change([](storage::Writer& writer) {
    static constexpr storage::Sql kHide{"test.hide", "ALTER TABLE daily_volume RENAME TO hidden"};
    writer.run(kHide);
  });
  ask("GET", links_.open_url(mails_.id(17)));
  const auto wait_for_refusal = [this] {
    return database_->write_and_wait(storage::Priority::bulk, [](auto&) -> Status { return Done{}; });
  };
  ASSERT_TRUE(wait_for_refusal());
  database_.change([](storage::Writer& writer) {
    static constexpr storage::Sql kShow{"test.show", "ALTER TABLE hidden RENAME TO daily_volume"};
    writer.run(kShow);
  });
  visits_.tick(clock_.now_ms());
  EXPECT_EQ(volume().opened, 1);
}

TEST_F(TrackingPagesTest, limits_the_visits_of_one_mail) {
  for (unsigned i = 0; i < 3 * VisitPace::kPerMailMinute; ++i)
    EXPECT_EQ(ask("GET", links_.open_url(mails_.id(17))).status, 200u);
  clock_.advance(std::chrono::minutes(1));
  ask("GET", links_.open_url(mails_.id(17)));
  EXPECT_EQ(volume().opened, std::int64_t{VisitPace::kPerMailMinute} + 1);
}

TEST(VisitPaceTest, mails_are_counted_apart) {
  VisitPace pace;
  std::size_t taken = 0;
  for (unsigned round = 0; round < 100; ++round) {
    for (std::uint32_t ordinal = 0; ordinal < 1000; ++ordinal)
      taken += pace.take({1, accounts::MailId::Kind::run, 5, ordinal}, 0);
  }
  EXPECT_EQ(taken, 100'000u);
}

TEST_F(TrackingPagesTest, beyond_its_bound_visits_are_answered_but_not_counted) {
  visits_.stop();
  EXPECT_EQ(ask("GET", click("https://shop.test/")).status, 302u);
  EXPECT_EQ(visits_.waiting(), 0u);
}

}  // namespace
}  // namespace sesame::engagement
