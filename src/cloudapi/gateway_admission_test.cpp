// The conditions under which a call is let in: size, rate, permission, and that it comes once.
#include <gmock/gmock.h>

#include "cloudapi/gateway_fixture.hpp"
#include "cloudapi/idempotency.hpp"

namespace sesame::cloudapi {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testkit::set_header;

TEST_F(GatewayTest, an_empty_optional_is_an_absent_one) {
  for (const char* body :
       {R"({"Count":""})", R"({"Name":"","Offset":"","Limit":null})", R"({"Name":{}})", R"({"Count":[]})"}) {
    EXPECT_EQ(api_.outcome(api_.request("Count", body)), "OK") << body;
  }
  EXPECT_THAT(api_.outcome(api_.request("Count", R"({"Count":" "})")), StartsWith("InvalidParameter: "));
  EXPECT_THAT(api_.outcome(api_.request("Count", R"({"Nothing":""})")), StartsWith("UnknownParameter: "));
}

TEST_F(GatewayTest, takes_large_bodies_from_known_credentials_only) {
  net::HttpRequest head = api_.request("Count");
  EXPECT_TRUE(api_.gateway().allow_body(head).known_client);
  EXPECT_GE(api_.gateway().allow_body(head).bytes, kBodyBytesMax);
  api_.clock.advance(std::chrono::seconds(301));
  expect_stranger(head, 64 * 1024);
  EXPECT_THAT(api_.outcome_of(api_.gateway().too_large(head)), StartsWith("AuthFailure.SignatureExpire: "));
  head = api_.request("Count");
  set_header(head, "Authorization", "");
  expect_stranger(head, 64 * 1024);
  SignedCall call;
  call.action = "Count";
  call.host = "127.0.0.1:8080";
  call.body = "{}";
  call.timestamp_s = api_.clock.now_s();
  const net::HttpRequest stranger = testkit::signed_request(call, "AKIDnobody", "key");
  expect_stranger(stranger, 64 * 1024);
  EXPECT_THAT(api_.outcome_of(api_.gateway().too_large(stranger)),
              StartsWith("AuthFailure.SecretIdNotFound: "));
  net::HttpRequest form;
  form.method = "POST";
  form.target = "/";
  set_header(form, "Content-Type", "application/x-www-form-urlencoded");
  expect_stranger(form, 1024 * 1024);
}

TEST_F(GatewayTest, answers_a_head_that_is_too_large_in_the_envelope) {
  net::HttpRequest begin;
  begin.method = "GET";
  begin.target = "/?Language=zh-CN&Action=SendEmail&Subject=x";
  const net::HttpResponse answer = api_.gateway().head_too_large(begin);
  EXPECT_EQ(answer.status, 200u);
  EXPECT_THAT(api_.outcome_of(answer), StartsWith("RequestSizeLimitExceeded: 请求超过"));
}

class GatewayRateTest : public GatewayTest {
 protected:
  GatewayRateTest() : GatewayTest(GatewayOptions{}) {}
};

TEST_F(GatewayRateTest, large_bodies_go_through_the_same_checks_in_the_same_order) {
  const std::string body = R"({"Name":")" + std::string(100'000, 'x') + R"("})";
  net::HttpRequest changed = api_.request("Nothing", body);
  changed.body.back() = ' ';
  EXPECT_THAT(api_.outcome(std::move(changed)), StartsWith("AuthFailure.SignatureFailure: "));
  EXPECT_THAT(api_.outcome(api_.request("Nothing", body)), StartsWith("InvalidAction: "));
  for (int i = 0; i < 20; ++i) ASSERT_EQ(api_.outcome(api_.request("Count", body)), "OK");
  EXPECT_THAT(api_.outcome(api_.request("Count", body)), HasSubstr("times equals to `21` in a second"));
}

TEST_F(GatewayRateTest, what_a_credential_may_not_do_uses_up_nobody_elses_calls) {
  accounts::Credential reader = testkit::CloudApi::credential("AKIDreader", "readers", 1);
  reader.permissions = accounts::Permissions::listed({"Count"});
  api_.keyring.put(std::move(reader));
  const auto as_reader = [&] {
    SignedCall call;
    call.action = "Add";
    call.host = "127.0.0.1:8080";
    call.body = R"({"Count":1})";
    call.timestamp_s = api_.clock.now_s();
    return api_.outcome(testkit::signed_request(call, "AKIDreader", "readers"));
  };
  for (int i = 0; i < 20; ++i) ASSERT_THAT(as_reader(), StartsWith("AuthFailure.UnauthorizedOperation: "));
  EXPECT_THAT(as_reader(), StartsWith("RequestLimitExceeded: ")) << "refused calls have a limit, too";
  EXPECT_EQ(api_.outcome(api_.request("Add", R"({"Count":1})")), "OK");
  SignedCall allowed;
  allowed.action = "Count";
  allowed.host = "127.0.0.1:8080";
  allowed.body = "{}";
  allowed.timestamp_s = api_.clock.now_s();
  EXPECT_EQ(api_.outcome(testkit::signed_request(allowed, "AKIDreader", "readers")), "OK");
}

class GatewayReplayTest : public GatewayTest {
 protected:
  static GatewayOptions refusing() {
    GatewayOptions options = testkit::CloudApi::unlimited();
    options.replays = Replays::refuse;
    return options;
  }
  GatewayReplayTest() : GatewayTest(refusing()) {}
};

TEST_F(GatewayReplayTest, carries_a_signed_write_out_once) {
  const net::HttpRequest add = api_.request("Add", R"({"Count":7})");
  EXPECT_EQ(api_.outcome(net::HttpRequest(add)), "OK");
  EXPECT_THAT(api_.outcome(net::HttpRequest(add)),
              AllOf(StartsWith("AuthFailure.SignatureExpire: "), HasSubstr("`api.replays`")));
  net::HttpRequest chinese = add;
  set_header(chinese, "X-TC-Language", "zh-CN");
  EXPECT_THAT(api_.outcome(std::move(chinese)), HasSubstr("签名的请求已执行过"));
  EXPECT_EQ(api_.call("Count").at("Accounts"), 1);
  EXPECT_EQ(api_.outcome(api_.request("Add", R"({"Count":8})")), "OK") << "another body";
  api_.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(api_.outcome(api_.request("Add", R"({"Count":9})")), "OK");
}

TEST_F(GatewayReplayTest, an_idempotency_key_gets_its_first_answer_and_another_one_helps_nobody) {
  ActionDescription once = describe_fake("Once", ActionDescription::Effect::write);
  once.idempotent = true;
  add(once, [](Call&) -> Result<Work> {
    return Work::write([](storage::Writer& writer) -> Answer {
      writer.run(kAddFake, 7, 0);
      return counted(writer);
    });
  });
  const net::HttpRequest plain = api_.request("Once", R"({"Count":7})");
  const auto with_key = [&](std::string key) {
    net::HttpRequest request = plain;
    request.headers.push_back({std::string(kIdempotencyKeyHeader), std::move(key)});
    return api_.send(std::move(request));
  };
  const net::HttpResponse first = with_key("k");
  EXPECT_EQ(api_.outcome_of(first), "OK");
  EXPECT_EQ(with_key("k").body, first.body);
  EXPECT_THAT(api_.outcome_of(with_key("l")), StartsWith("AuthFailure.SignatureExpire: "));
  EXPECT_THAT(api_.outcome(net::HttpRequest(plain)), StartsWith("AuthFailure.SignatureExpire: "));
}

TEST_F(GatewayReplayTest, reads_may_come_again_and_so_may_what_was_refused) {
  const net::HttpRequest count = api_.request("Count");
  EXPECT_EQ(api_.outcome(net::HttpRequest(count)), "OK");
  EXPECT_EQ(api_.outcome(net::HttpRequest(count)), "OK");
  const net::HttpRequest refused = api_.request("Refuse", R"({"Name":"shelf.full"})");
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(api_.outcome(net::HttpRequest(refused)), StartsWith("LimitExceeded.ExceedReceiverLimit: "));
  }
}

TEST_F(GatewayRateTest, refuses_the_twenty_first_call_of_a_second_in_the_words_clients_know) {
  for (int i = 0; i < 20; ++i) ASSERT_EQ(api_.outcome(api_.request("Count")), "OK");
  EXPECT_EQ(api_.outcome(api_.request("Count")),
            "RequestLimitExceeded: Your current request times equals to `21` in a second, which exceeds the "
            "frequency limit `20` for a second. Please reduce the frequency of calls.");
  net::HttpRequest chinese = api_.request("Count");
  set_header(chinese, "X-TC-Language", "zh-CN");
  EXPECT_EQ(api_.outcome(std::move(chinese)),
            "RequestLimitExceeded: 您当前每秒请求 `22` 次，超过了每秒频率上限 `20`，请稍后重试。");
  EXPECT_EQ(api_.outcome(api_.request("Add", R"({"Count":1})")), "OK") << "each action has its own limit";
  api_.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(api_.outcome(api_.request("Count")), "OK");
}

}  // namespace
}  // namespace sesame::cloudapi
