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
  TrackingPagesTest() { mails_.record(17, messages::DeliverStatus::delivered, clock_.now_ms() - 3'600'000); }

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
  TrackingPages pages_{tokens_, visits_, clock_};
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
  visits_.tick();
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
