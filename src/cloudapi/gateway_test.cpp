#include "cloudapi/gateway.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <future>
#include <thread>

#include "cloudapi/gateway_fixture.hpp"
#include "cloudapi/idempotency.hpp"
#include "storage/errors.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::StartsWith;
using testkit::set_header;

TEST_F(GatewayTest, what_follows_a_commit_was_done_before_the_answer_and_in_order) {
  for (int i = 1; i <= 3; ++i) {
    api_.call("Add", R"({"Count":)" + std::to_string(i) + "}");
    ASSERT_EQ(committed_.size(), static_cast<std::size_t>(i));
  }
  EXPECT_THAT(committed_, testing::ElementsAre(1, 2, 3));
  api_.call("Refuse", R"({"Name":"shelf.full"})");
  EXPECT_EQ(committed_.size(), 3u) << "nothing was committed";
}

TEST_F(GatewayTest, a_credential_calls_what_it_may) {
  accounts::Credential reader = testkit::CloudApi::credential(testkit::kSecretId, testkit::kSecretKey, 1);
  reader.permissions = accounts::Permissions::listed({"Count"});
  api_.keyring.put(std::move(reader));
  EXPECT_EQ(api_.outcome(api_.request("Count")), "OK");
  EXPECT_THAT(api_.outcome(api_.request("Add", R"({"Unknown":1})")),
              StartsWith("AuthFailure.UnauthorizedOperation"))
      << "before its parameters are looked at";
}

TEST_F(GatewayTest, a_read_answers_with_its_fields_and_a_request_id) {
  const json::object response = api_.call("Count");
  EXPECT_EQ(response.at("Accounts"), 0);
  EXPECT_EQ(response.at("RequestId").as_string().size(), 36u);
  EXPECT_NE(response.at("RequestId"), api_.call("Count").at("RequestId"));
}

TEST_F(GatewayTest, every_answer_is_200_and_exactly_json) {
  net::HttpRequest unsigned_request = api_.request("Count");
  set_header(unsigned_request, "Authorization", "");
  for (net::HttpRequest request : {api_.request("Count"), std::move(unsigned_request)}) {
    const net::HttpResponse answer = api_.send(std::move(request));
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.content_type, "application/json");
  }
}

TEST_F(GatewayTest, a_write_is_committed_before_its_answer_and_only_then_wakes_others) {
  EXPECT_EQ(api_.call("Add", R"({"Count":7})").at("Accounts"), 1);
  EXPECT_EQ(woken_, 1);
  EXPECT_EQ(api_.call("Count").at("Accounts"), 1);
}

TEST_F(GatewayTest, a_refused_write_leaves_nothing_and_wakes_nobody) {
  EXPECT_THAT(api_.outcome(api_.request("Refuse", R"({"Name":"shelf.full"})")),
              StartsWith("LimitExceeded.ExceedReceiverLimit: "));
  EXPECT_EQ(woken_, 0);
  EXPECT_EQ(api_.call("Count").at("Accounts"), 0);
}

TEST_F(GatewayTest, a_reason_nobody_foresaw_is_an_internal_error_without_its_cause) {
  EXPECT_EQ(api_.outcome(api_.request("Refuse", R"({"Name":"else"})")),
            "InternalError: An internal error has occurred. Retry your request, but if the problem persists, "
            "contact us.");
}

TEST_F(GatewayTest, a_failing_statement_is_answered_by_name) {
  EXPECT_EQ(api_.outcome(api_.request("Add", R"({"Count":7})")), "OK");
  EXPECT_THAT(api_.outcome(api_.request("Add", R"({"Count":7})")), StartsWith("InternalError"));
}

TEST_F(GatewayTest, a_job_runs_once_what_it_needs_from_elsewhere_is_there) {
  std::thread elsewhere;
  bool there = false;
  Status ready = Done{};
  const ActionDescription waiting = describe_fake("Waiting");
  add(waiting, [&](Call&) -> Result<Work> {
    Work work = Work::read([&](auto& reader) {
      EXPECT_TRUE(there);
      return counted(reader);
    });
    work.before = [&](std::function<void(Status)> done) {
      elsewhere = std::thread([&, done = std::move(done)] {
        there = true;
        done(ready);
      });
    };
    return work;
  });
  EXPECT_EQ(api_.outcome(api_.request("Waiting")), "OK");
  elsewhere.join();
  ready = Error(storage::errors::kFull);
  EXPECT_THAT(api_.outcome(api_.request("Waiting")), StartsWith("ResourceInsufficient"));
  elsewhere.join();
}

TEST_F(GatewayTest, heavy_work_and_large_bodies_are_prepared_on_the_pool) {
  const std::thread::id here = std::this_thread::get_id();
  std::thread::id light_ran_on = here, heavy_ran_on = here;
  const auto noting = [](std::thread::id& note) {
    return [&note](Call&) -> Result<Work> {
      note = std::this_thread::get_id();
      return Work::read([](auto& reader) { return counted(reader); });
    };
  };
  const ActionDescription light = describe_fake("Light"), heavy = describe_fake("Heavy");
  add(light, noting(light_ran_on));
  add(heavy, noting(heavy_ran_on), true);
  (void)api_.call("Light");
  (void)api_.call("Heavy");
  const std::thread::id loop = light_ran_on;
  EXPECT_NE(heavy_ran_on, loop);
  EXPECT_EQ(api_.outcome(api_.request("Light", R"({"Name":")" + std::string(100'000, 'x') + R"("})")), "OK");
  EXPECT_EQ(light_ran_on, heavy_ran_on);
}

TEST_F(GatewayTest, names_the_common_parameter_that_is_missing) {
  const auto missing = [](std::string name) {
    return "MissingParameter: The request is missing a required parameter `" + name + "`.";
  };
  EXPECT_EQ(without("X-TC-Action"), missing("Action"));
  EXPECT_EQ(without("X-TC-Version"), missing("Version"));
  EXPECT_EQ(without("X-TC-Timestamp"), missing("Timestamp"));
  EXPECT_EQ(without("X-TC-Region"), missing("Region"));
  EXPECT_EQ(without("Authorization"), missing("Authorization"));
}

TEST_F(GatewayTest, refuses_other_methods_and_bodies) {
  EXPECT_THAT(after([](auto& request) { request.method = "PUT"; }), StartsWith("UnsupportedProtocol: "));
  EXPECT_THAT(with("Content-Type", "text/plain"),
              StartsWith("InvalidParameter: The content type `text/plain`"));
  EXPECT_THAT(with("Content-Type", "multipart/form-data; boundary=x"), StartsWith("InvalidParameter: "));
  EXPECT_THAT(without("Content-Type"), StartsWith("InvalidParameter: "));
}

TEST_F(GatewayTest, refuses_an_authorization_that_does_not_conform) {
  EXPECT_THAT(with("Authorization", "SKIP"), StartsWith("AuthFailure.InvalidAuthorization: "));
  const std::string other_day =
      "TC3-HMAC-SHA256 Credential=" + std::string(testkit::kSecretId) +
      "/2020-01-01/ses/tc3_request, SignedHeaders=content-type;host, Signature=" + std::string(64, '0');
  EXPECT_THAT(with("Authorization", other_day), StartsWith("AuthFailure.InvalidAuthorization: "));
}

TEST_F(GatewayTest, accepts_a_timestamp_within_five_minutes_only) {
  const auto at = [&](std::int64_t offset_s) {
    net::HttpRequest request = api_.request("Count");
    const std::int64_t then = api_.clock.now_ms();
    api_.clock.set_ms(then + offset_s * 1000);
    const std::string outcome = api_.outcome(std::move(request));
    api_.clock.set_ms(then);
    return outcome;
  };
  EXPECT_EQ(at(300), "OK");
  EXPECT_EQ(at(-300), "OK");
  EXPECT_THAT(at(301), StartsWith("AuthFailure.SignatureExpire: "));
  EXPECT_THAT(at(-301), StartsWith("AuthFailure.SignatureExpire: "));
  EXPECT_THAT(with("X-TC-Timestamp", "9223372036854775807"), StartsWith("AuthFailure.SignatureExpire: "));
  for (const std::string_view wrong : {"soon", "1.5", "99999999999999999999", "+1"}) {
    EXPECT_EQ(with("X-TC-Timestamp", wrong),
              "InvalidParameter: The value type of parameter `Timestamp` is not valid, input type should be "
              "`integer`");
  }
}

TEST_F(GatewayTest, refuses_a_wrong_signature) {
  const std::string refused =
      "AuthFailure.SignatureFailure: The provided credentials could not be validated. Please check your "
      "signature is correct.";
  EXPECT_EQ(after([](auto& request) { request.body = R"({"Count":1})"; }), refused);
  EXPECT_EQ(with("Host", "elsewhere.test"), refused);
  SignedCall call;
  call.action = "Count";
  call.host = "127.0.0.1:8080";
  call.body = "{}";
  call.timestamp_s = api_.clock.now_s();
  EXPECT_EQ(api_.outcome(testkit::signed_request(call, testkit::kSecretId, "another key")), refused);
}

TEST_F(GatewayTest, refuses_unknown_and_disabled_keys_alike) {
  SignedCall call;
  call.action = "Count";
  call.host = "127.0.0.1:8080";
  call.body = "{}";
  call.timestamp_s = api_.clock.now_s();
  const std::string refused =
      "AuthFailure.SecretIdNotFound: The SecretId is not found, please ensure that your SecretId is correct.";
  EXPECT_EQ(api_.outcome(testkit::signed_request(call, "AKIDnobody", "key")), refused);
  accounts::Credential disabled = testkit::CloudApi::credential("AKIDdisabled", "key", 1);
  disabled.enabled = false;
  api_.keyring.put(std::move(disabled));
  EXPECT_EQ(api_.outcome(testkit::signed_request(call, "AKIDdisabled", "key")), refused);
}

TEST_F(GatewayTest, a_changed_key_counts_from_the_next_call_on) {
  EXPECT_EQ(api_.outcome(api_.request("Count")), "OK");
  api_.keyring.put(testkit::CloudApi::credential(testkit::kSecretId, "changed", 1));
  EXPECT_THAT(api_.outcome(api_.request("Count")), StartsWith("AuthFailure.SignatureFailure: "));
}

TEST_F(GatewayTest, issues_no_temporary_keys_and_so_knows_no_token) {
  EXPECT_THAT(with("X-TC-Token", "some-token"), StartsWith("AuthFailure.TokenFailure: "));
}

TEST_F(GatewayTest, names_the_action_or_version_that_is_not_served) {
  EXPECT_EQ(with("X-TC-Action", "count"),
            "InvalidAction: The request action=`count` is invalid or not found in service=`ses` and "
            "version=`2020-10-02`.");
  EXPECT_EQ(with("X-TC-Version", "2019-01-01"),
            "NoSuchVersion: The specified api version=`2019-01-01` does not exist in service=`ses`.");
}

TEST_F(GatewayTest, tells_a_wrong_region_from_one_that_is_not_served) {
  EXPECT_EQ(with("X-TC-Region", "ap-hongkong"), "OK");
  EXPECT_EQ(with("X-TC-Region", "ap-beijing"), "UnsupportedRegion: The action not support this region.");
  EXPECT_EQ(
      with("X-TC-Region", "mars"),
      "InvalidParameterValue: A value specified in `X-TC-Region` is not valid, is unsupported, or cannot "
      "be used.");
}

TEST_F(GatewayTest, checks_the_parameters_against_the_description) {
  EXPECT_EQ(api_.outcome(api_.request("Count", R"({"$schema":"x"})")),
            "UnknownParameter: The parameter `$schema` is not recognized.");
  EXPECT_EQ(api_.outcome(api_.request("Count", R"({"Count":"7"})")),
            "InvalidParameter: The value type of parameter `Count` is not valid, input type should be "
            "`integer`");
  EXPECT_THAT(api_.outcome(api_.request("Count", "[]")), StartsWith("InvalidParameter: "));
  EXPECT_THAT(api_.outcome(api_.request("Count", "{\"Name\":\"\xFF\"}")), StartsWith("InvalidParameter: "));
  EXPECT_THAT(api_.outcome(api_.request("Count", std::string(1'000'000, '['))),
              StartsWith("InvalidParameter: "));
}

TEST_F(GatewayTest, speaks_chinese_when_asked) {
  EXPECT_EQ(after([](net::HttpRequest& request) {
              request.body = "changed";
              set_header(request, "X-TC-Language", "zh-CN");
            }),
            "AuthFailure.SignatureFailure: 请求签名验证失败，请检查您的签名计算是否正确。");
}

TEST_F(GatewayTest, answers_what_the_http_server_refuses_in_the_envelope) {
  const net::HttpResponse large = api_.gateway().too_large(api_.request("Count"));
  EXPECT_EQ(large.status, 200u);
  EXPECT_THAT(api_.outcome_of(large), StartsWith("RequestSizeLimitExceeded: "));
  net::HttpRequest form;
  form.method = "POST";
  form.target = "/";
  form.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  EXPECT_THAT(api_.outcome_of(api_.gateway().too_large(form)), StartsWith("AuthFailure.SignatureFailure: "));
  const net::HttpResponse broken = api_.gateway().malformed("a header without a colon");
  EXPECT_EQ(broken.status, 400u);
  EXPECT_THAT(api_.outcome_of(broken), StartsWith("InvalidRequest: "));
  EXPECT_THAT(api_.outcome_of(api_.gateway().overloaded(net::HttpRequest())),
              StartsWith("RequestLimitExceeded: "));
  EXPECT_THAT(api_.outcome_of(api_.gateway().failed(net::HttpRequest())), StartsWith("InternalError: "));
}

TEST_F(GatewayTest, accepts_a_query_of_32_kib_and_no_more) {
  net::HttpRequest request = api_.request("Count");
  request.method = "GET";
  request.target = "/?Name=" + std::string(40'000, 'x');
  EXPECT_THAT(api_.outcome(std::move(request)), StartsWith("RequestSizeLimitExceeded: "));
}

class GatewayIdempotencyTest : public GatewayTest {
 protected:
  GatewayIdempotencyTest() {
    add(once_, [this](Call& call) -> Result<Work> {
      const std::int64_t number = json::value_to<std::int64_t>(call.parameters.at("Count"));
      if (refused_) return Error(kShelfFull);
      Work work = Work::write([number](storage::Writer& writer) -> Answer {
        writer.run(kAddFake, number, 0);
        return counted(writer);
      });
      if (held_)
        work.before = [this](std::function<void(Status)> go_on) { begun_.set_value(std::move(go_on)); };
      return work;
    });
  }
  net::HttpResponse send(std::string_view key, std::string_view body = R"({"Count":1})",
                         std::string_view action = "Once") {
    net::HttpRequest request = api_.request(action, body);
    request.headers.push_back({"X-Sesame-Idempotency-Key", std::string(key)});
    return api_.send(std::move(request));
  }
  static bool is_replay(const net::HttpResponse& response) {
    return std::ranges::find(response.headers, std::pair<std::string, std::string>(
                                                   kIdempotentReplayHeader, "1")) != response.headers.end();
  }
  static ActionDescription described() {
    ActionDescription made = describe_fake("Once");
    made.effect = ActionDescription::Effect::write;
    made.idempotent = true;
    return made;
  }

  std::atomic<bool> refused_{false}, held_{false};
  std::promise<std::function<void(Status)>>
      begun_;  // A call of Once that is held, and the way to let it go on.
  const ActionDescription once_ = described();
};

TEST_F(GatewayIdempotencyTest, a_repeated_call_gets_the_first_answer_whole) {
  const net::HttpResponse first = send("k"), second = send("k");
  EXPECT_EQ(testkit::CloudApi::outcome_of(first), "OK");
  EXPECT_FALSE(is_replay(first));
  EXPECT_TRUE(is_replay(second));
  EXPECT_EQ(second.body, first.body) << "with its RequestId";
  refused_ = true;
  EXPECT_EQ(send("k").body, first.body) << "whatever the action would say by now";
  const net::HttpResponse other = send("l", R"({"Count":2})");
  EXPECT_THAT(testkit::CloudApi::outcome_of(other), StartsWith("LimitExceeded"));
}

TEST_F(GatewayIdempotencyTest, without_a_key_or_with_another_each_call_acts) {
  const json::value first = api_.call("Once", R"({"Count":1})").at("Accounts");
  EXPECT_EQ(first, api_.call("Count").at("Accounts"));
  EXPECT_EQ(testkit::CloudApi::outcome_of(send("k", R"({"Count":2})")), "OK");
  const net::HttpResponse third = send("l", R"({"Count":3})");
  EXPECT_FALSE(is_replay(third));
  EXPECT_EQ(testkit::CloudApi::response_of(third).at("Accounts"), api_.call("Count").at("Accounts"));
}

TEST_F(GatewayIdempotencyTest, a_refusal_is_not_remembered) {
  refused_ = true;
  EXPECT_THAT(testkit::CloudApi::outcome_of(send("k")), StartsWith("LimitExceeded"));
  refused_ = false;
  const net::HttpResponse second = send("k");
  EXPECT_EQ(testkit::CloudApi::outcome_of(second), "OK");
  EXPECT_FALSE(is_replay(second));
}

TEST_F(GatewayIdempotencyTest, a_job_that_failed_is_not_remembered) {
  EXPECT_EQ(testkit::CloudApi::outcome_of(send("k", R"({"Count":5})")), "OK");
  EXPECT_THAT(testkit::CloudApi::outcome_of(send("l", R"({"Count":5})")), StartsWith("InternalError"))
      << "the number is taken";
  EXPECT_THAT(testkit::CloudApi::outcome_of(send("l", R"({"Count":6})")), "OK") << "the key is still free";
}

TEST_F(GatewayIdempotencyTest, a_key_stands_for_one_request) {
  send("k");
  const std::string refused = testkit::CloudApi::outcome_of(send("k", R"({"Count":2})"));
  EXPECT_THAT(refused, StartsWith("InvalidParameterValue: "));
  EXPECT_THAT(refused, HasSubstr("X-Sesame-Idempotency-Key"));
  api_.clock.advance(std::chrono::hours(24));
  EXPECT_EQ(testkit::CloudApi::outcome_of(send("k", R"({"Count":2})")), "OK") << "after a day it is free";
}

TEST_F(GatewayIdempotencyTest, a_malformed_key_is_refused_by_the_name_of_its_header) {
  for (const std::string& key : {std::string(), std::string("a b"), std::string(129, 'k')}) {
    const std::string refused = testkit::CloudApi::outcome_of(send(key));
    EXPECT_THAT(refused, StartsWith("InvalidParameterValue: ")) << key;
    EXPECT_THAT(refused, HasSubstr("X-Sesame-Idempotency-Key")) << key;
  }
}

TEST_F(GatewayIdempotencyTest, other_actions_ignore_the_header) {
  for (int i = 1; i <= 2; ++i) {
    const net::HttpResponse answer = send("a key", "{\"Count\":" + std::to_string(i) + "}", "Add");
    EXPECT_EQ(testkit::CloudApi::outcome_of(answer), "OK");
    EXPECT_FALSE(is_replay(answer));
  }
  EXPECT_EQ(woken_, 2);
}

TEST_F(GatewayIdempotencyTest, a_repetition_does_not_overtake_its_original) {
  held_ = true;
  auto first = std::async(std::launch::async, [this] { return send("k"); });
  std::future<std::function<void(Status)>> begun = begun_.get_future();
  ASSERT_EQ(begun.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  const std::function<void(Status)> go_on = begun.get();
  held_ = false;
  EXPECT_THAT(testkit::CloudApi::outcome_of(send("k")), StartsWith("ResourceInUse: "));
  EXPECT_EQ(testkit::CloudApi::outcome_of(send("l", R"({"Count":2})")), "OK")
      << "other keys wait for nothing";
  go_on(Done{});
  const std::string answer = first.get().body;
  EXPECT_EQ(send("k").body, answer);
}

TEST_F(GatewayIdempotencyTest, a_large_body_is_answered_once_too) {
  const std::string body = R"({"Count":1,"Name":")" + std::string(100'000, 'x') + R"("})";
  const net::HttpResponse first = send("k", body);
  EXPECT_EQ(send("k", body).body, first.body);
}

TEST_F(GatewayIdempotencyTest, the_signature_is_asked_before_anything_is_told) {
  send("k");
  net::HttpRequest forged = api_.request("Once", R"({"Count":1})");
  forged.headers.push_back({"X-Sesame-Idempotency-Key", "k"});
  forged.body.back() = ' ';
  EXPECT_THAT(api_.outcome(std::move(forged)), StartsWith("AuthFailure.SignatureFailure"));
}

}  // namespace
}  // namespace sesame::cloudapi
