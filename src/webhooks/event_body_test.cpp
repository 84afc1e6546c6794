#include "webhooks/event_body.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "webhooks/webhook_fixture.hpp"

namespace sesame::webhooks {
namespace {

effects::Event event_of(effects::EventKind kind) {
  effects::Event event;
  event.kind = kind;
  event.mail = some_mail({1, "ap-guangzhou"});
  event.happened_ms = 1'654'064'683'999;
  event.reason = "551 5.1.1 no";
  event.hard = true;
  event.link = "https://shop.test/a?b=c&d";
  event.user_agent = "Browser/1.0";
  return event;
}

std::string text_of(const effects::Event& event, std::string_view name) {
  return boost::json::value_to<std::string>(boost::json::parse(event_body(event)).as_object().at(name));
}

struct Case {
  effects::EventKind kind;
  const char* body;
};

// SES: event webhooks. The fields of the documented samples, in their order.
TEST(EventBody, is_the_documented_one_for_all_eight_events) {
  const std::vector<Case> cases{
      {effects::EventKind::delivered,
       R"({"event":"delivered","email":"ann@post.test","bulkId":"qcloudses-30-1","timestamp":1654064683,)"
       R"("username":"1251000000","from":"news@shop.test","fromDomain":"shop.test","templateId":5,)"
       R"("subject":"Offers","messageId":"1@shop.test","eventid":1,"sentTimestamp":1761555487})"},
      {effects::EventKind::dropped,
       R"({"event":"dropped","email":"ann@post.test","bulkId":"qcloudses-30-1","timestamp":1654064683,)"
       R"("reason":"551 5.1.1 no","username":"1251000000","from":"news@shop.test","fromDomain":"shop.test",)"
       R"("templateId":5,"subject":"Offers","messageId":"1@shop.test","eventid":2,"sentTimestamp":1761555487})"},
      {effects::EventKind::bounce,
       R"({"event":"bounce","email":"ann@post.test","bulkId":"qcloudses-30-1","timestamp":1654064683,)"
       R"("reason":"551 5.1.1 no","bounceType":"hard_bounce","username":"1251000000",)"
       R"("from":"news@shop.test","fromDomain":"shop.test","templateId":5,"subject":"Offers",)"
       R"("messageId":"1@shop.test","eventid":3,"sentTimestamp":1761555487})"},
      {effects::EventKind::open,
       R"({"event":"open","email":"ann@post.test","bulkId":"qcloudses-30-1","timestamp":1654064683,)"
       R"("username":"1251000000","from":"news@shop.test","fromDomain":"shop.test","templateId":5,)"
       R"("useragent":"Browser/1.0","subject":"Offers","messageId":"1@shop.test","eventid":4,)"
       R"("sentTimestamp":1761555487})"},
      {effects::EventKind::click,
       R"({"event":"click","email":"ann@post.test","link":"https://shop.test/a?b=c&d",)"
       R"("bulkId":"qcloudses-30-1","timestamp":1654064683,"username":"1251000000","from":"news@shop.test",)"
       R"("fromDomain":"shop.test","templateId":5,"useragent":"Browser/1.0","subject":"Offers",)"
       R"("messageId":"1@shop.test","eventid":5,"sentTimestamp":1761555487})"},
      {effects::EventKind::spamreport,
       R"({"event":"spamreport","email":"ann@post.test","bulkId":"qcloudses-30-1","timestamp":1654064683,)"
       R"("username":"1251000000","from":"news@shop.test","fromDomain":"shop.test","templateId":5,)"
       R"("subject":"Offers","messageId":"1@shop.test","eventid":6,"sentTimestamp":1761555487})"},
      {effects::EventKind::unsubscribe,
       R"({"event":"unsubscribe","email":"ann@post.test","bulkId":"qcloudses-30-1","timestamp":1654064683,)"
       R"("username":"1251000000","from":"news@shop.test","fromDomain":"shop.test","templateId":5,)"
       R"("subject":"Offers","messageId":"1@shop.test","eventid":7,"sentTimestamp":1761555487})"},
      {effects::EventKind::deferred,
       R"({"event":"deferred","email":"ann@post.test","bulkId":"qcloudses-30-1","timestamp":1654064683,)"
       R"("reason":"551 5.1.1 no","username":"1251000000","from":"news@shop.test","fromDomain":"shop.test",)"
       R"("templateId":5,"subject":"Offers","messageId":"1@shop.test","eventid":8,"sentTimestamp":1761555487})"},
  };
  for (const Case& one : cases) EXPECT_EQ(event_body(event_of(one.kind)), one.body);
}

TEST(EventBody, of_a_task_names_it_and_echoes_the_callers_headers) {
  effects::Event event = event_of(effects::EventKind::bounce);
  event.hard = false;
  event.mail.task_id = 9;
  event.mail.template_id = 0;
  event.mail.delivered_ms = 1'761'555'500'000;
  event.mail.callback_headers = {{"X-Tencentcloudses-Cb-Order", "17"}, {"X-Tencentcloudses-Cb-Who", "a\"b"}};
  EXPECT_EQ(event_body(event),
            R"({"event":"bounce","email":"ann@post.test","bulkId":"qcloudses-30-1","timestamp":1654064683,)"
            R"("reason":"551 5.1.1 no","bounceType":"soft_bounce","username":"1251000000",)"
            R"("from":"news@shop.test","fromDomain":"shop.test","templateId":0,"subject":"Offers",)"
            R"("messageId":"1@shop.test","eventid":3,"taskId":9,"sentTimestamp":1761555500,)"
            R"("X-Tencentcloudses-Cb-Order":"17","X-Tencentcloudses-Cb-Who":"a\"b"})");
}

TEST(EventBody, spells_a_subject_that_is_not_ascii_as_encoded_words_on_one_line) {
  effects::Event event = event_of(effects::EventKind::delivered);
  event.mail.subject = "你好";
  EXPECT_EQ(text_of(event, "subject"), "=?utf-8?B?5L2g5aW9?=");
  for (int i = 0; i < 60; ++i) event.mail.subject += "优惠";
  const std::string line = text_of(event, "subject");
  EXPECT_THAT(line, testing::AllOf(testing::StartsWith("=?"), testing::EndsWith("?=")));
  EXPECT_EQ(line.find_first_of("\r\n"), line.npos);
}

TEST(EventBody, is_valid_utf8_whatever_a_server_or_a_browser_sent) {
  effects::Event event = event_of(effects::EventKind::click);
  event.user_agent = "Fox\xFF\xC3";
  EXPECT_EQ(text_of(event, "useragent"), "Fox\xEF\xBF\xBD\xEF\xBF\xBD");
  event = event_of(effects::EventKind::deferred);
  event.reason = std::string("451 \x00 \xB2 later", 13);
  EXPECT_EQ(text_of(event, "reason"), std::string("451 \x00 \xEF\xBF\xBD later", 15));
}

}  // namespace
}  // namespace sesame::webhooks
