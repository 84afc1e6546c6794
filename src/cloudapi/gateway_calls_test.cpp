#include <gmock/gmock.h>

#include "cloudapi/call_evidence.hpp"
#include "cloudapi/call_log.hpp"
#include "cloudapi/gateway_fixture.hpp"
#include "cloudapi/idempotency.hpp"
#include "cloudapi/signature.hpp"

/// The log of calls as the gateway writes it.
namespace sesame::cloudapi {
namespace {

using testing::HasSubstr;
using testing::Not;
using testkit::set_header;
namespace json = boost::json;

class GatewayCallsTest : public GatewayTest {
 protected:
  GatewayCallsTest() : GatewayTest(keeping_bodies()) {}

  static GatewayOptions keeping_bodies() {
    GatewayOptions options = testkit::CloudApi::unlimited();
    options.keep_refused_bodies = true;
    options.call_page = "/console/calls/";
    return options;
  }
  /// The kept call that an answer names.
  OwnedCall kept(const net::HttpResponse& answer) {
    const std::string id(testkit::CloudApi::response_of(answer).at("RequestId").as_string());
    EXPECT_THAT(answer.headers, testing::Contains(testing::Pair("X-Sesame-Request", "/console/calls/" + id)));
    auto found = api_.database.look([&, waiting = api_.calls->waiting()](storage::Reader& reader) {
      return find_call(reader, waiting, id, 0);
    });
    EXPECT_TRUE(found) << id;
    return found.value_or(OwnedCall{});
  }
  OwnedCall kept_of(net::HttpRequest request) { return kept(api_.send(std::move(request))); }

 public:
  std::int64_t now_s() const { return api_.clock.now_s(); }
};

TEST_F(GatewayCallsTest, keeps_who_called_what_and_how_it_ended) {
  net::HttpRequest request = api_.request("Count");
  set_header(request, "X-TC-RequestClient", "SDK_NODEJS_4.0.1034");
  request.peer_address = "192.0.2.7";
  const OwnedCall call = kept_of(std::move(request));
  EXPECT_EQ(call.record.account_id, 1);
  EXPECT_EQ(call.record.credential, testkit::kSecretId);
  EXPECT_EQ(call.record.client, "SDK_NODEJS_4.0.1034");
  EXPECT_EQ(call.record.peer, "192.0.2.7");
  EXPECT_EQ(call.record.action, "Count");
  EXPECT_EQ(call.record.version, "2020-10-02");
  EXPECT_EQ(call.record.region, "ap-guangzhou");
  EXPECT_EQ(call.record.time_ms, api_.clock.now_ms());
  EXPECT_EQ(call.record.request_bytes, 2U);
  EXPECT_GT(call.record.answer_bytes, 0U);
  EXPECT_FALSE(call.record.refused());
  EXPECT_FALSE(call.record.has_evidence);
}

TEST_F(GatewayCallsTest, keeps_a_refusal_with_its_reason_in_both_languages_and_its_parameters) {
  const OwnedCall call = kept_of(api_.request("Refuse", R"({"Name":"shelf.full"})"));
  EXPECT_EQ(call.record.code, "LimitExceeded.ExceedReceiverLimit");
  EXPECT_EQ(call.record.reason, "shelf.full");
  EXPECT_THAT(std::string(call.record.message_en), HasSubstr("The account already has"));
  EXPECT_THAT(std::string(call.record.message_zh), HasSubstr("列表数量"));
  EXPECT_EQ(call.record.cause, "private");
  EXPECT_EQ(call.record.body, R"({"Name":"shelf.full"})");
  EXPECT_THAT(std::string(call.record.canonical), HasSubstr(hex_digest(sha256(R"({"Name":"shelf.full"})"))))
      << "the body is gone by then, its digest is not";
}

TEST_F(GatewayCallsTest, keeps_no_parameters_of_a_large_body_that_is_gone) {
  const std::string body = R"({"Name":"shelf.full"})" + std::string(kEvidenceBodyBytesMax, ' ');
  const OwnedCall call = kept_of(api_.request("Refuse", body));
  EXPECT_EQ(call.record.reason, "shelf.full");
  EXPECT_EQ(call.record.request_bytes, body.size());
  EXPECT_EQ(call.record.body, "");
  EXPECT_THAT(std::string(call.record.canonical), HasSubstr(hex_digest(sha256(body))));
}

TEST_F(GatewayCallsTest, shows_a_wrong_signature_to_the_account_whose_credential_it_names) {
  net::HttpRequest request = api_.request("Count");
  request.body = "{ }";
  const OwnedCall call = kept_of(std::move(request));
  EXPECT_EQ(call.record.code, "AuthFailure.SignatureFailure");
  EXPECT_EQ(call.record.account_id, 1);
  EXPECT_EQ(call.record.credential, testkit::kSecretId);
  EXPECT_THAT(std::string(call.record.headers), HasSubstr("Signature=***"));
}

TEST_F(GatewayCallsTest, keeps_strangers_apart_and_no_key_in_the_place_of_an_id) {
  SignedCall call;
  call.action = "Count";
  call.host = "127.0.0.1:8080";
  call.body = "{}";
  call.timestamp_s = api_.clock.now_s();
  const OwnedCall kept_call =
      kept_of(testkit::signed_request(call, testkit::kSecretKey, testkit::kSecretKey));
  EXPECT_EQ(kept_call.record.code, "AuthFailure.SecretIdNotFound");
  EXPECT_EQ(kept_call.record.account_id, 0);
  EXPECT_THAT(*kept_call.bytes, Not(HasSubstr(std::string(testkit::kSecretKey))));
}

TEST_F(GatewayCallsTest, keeps_calls_of_people_as_the_consoles) {
  auto caller = std::make_shared<SessionCaller>();
  caller->rights = std::make_shared<const accounts::Credential>(testkit::CloudApi::credential("", "", 1));
  caller->user = "mira";
  net::HttpRequest request = api_.request("Count");
  set_header(request, "X-TC-RequestClient", "something else");
  const OwnedCall call = kept(api_.send_as(caller, std::move(request)));
  EXPECT_EQ(call.record.client, "console");
  EXPECT_EQ(call.record.credential, "mira");
}

TEST_F(GatewayCallsTest, shows_a_repetition_as_one_and_finds_the_call_that_it_repeats) {
  ActionDescription described = describe_fake("Once", ActionDescription::Effect::write);
  described.idempotent = true;
  add(described, [](Call&) -> Result<Work> {
    return Work::write([](storage::Writer& writer) -> Answer {
      writer.run(kAddFake, 7, 0);
      return counted(writer);
    });
  });
  const auto send = [&](const char* client) {
    net::HttpRequest request = api_.request("Once");
    request.headers.push_back({std::string(kIdempotencyKeyHeader), "k"});
    set_header(request, "X-TC-RequestClient", client);
    return api_.send(std::move(request));
  };
  EXPECT_EQ(kept(send("first")).record.client, "first");
  const OwnedCall again = kept(send("second"));
  EXPECT_EQ(again.record.client, "first");
  EXPECT_FALSE(again.record.replayed);
  std::vector<bool> replayed;
  api_.database.look([&, waiting = api_.calls->waiting()](storage::Reader& reader) {
    scan_calls(reader, waiting, std::nullopt, 0, [&](const CallRecord& record) {
      replayed.push_back(record.replayed);
      return true;
    });
    return 0;
  });
  EXPECT_EQ(replayed, (std::vector{true, false}));
}

/// A form of version 1 that nobody signed, with a parameter of `bytes` bytes.
net::HttpRequest a_form(const GatewayCallsTest& test, std::size_t bytes) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers = {{"Host", "127.0.0.1:8080"}, {"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = "Action=Count&Version=2020-10-02&Region=ap-guangzhou&Nonce=1&Signature=none&SecretId=" +
                 std::string(testkit::kSecretId) + "&Timestamp=" + std::to_string(test.now_s()) +
                 "&Name=" + std::string(bytes, 'x');
  return request;
}

TEST_F(GatewayCallsTest, shows_a_wrong_form_to_the_account_that_it_names_and_its_text_when_it_is_short) {
  const OwnedCall call = kept_of(a_form(*this, 10));
  EXPECT_EQ(call.record.code, "AuthFailure.SignatureFailure");
  EXPECT_EQ(call.record.account_id, 1);
  EXPECT_EQ(call.record.credential, testkit::kSecretId);
  EXPECT_THAT(std::string(call.record.canonical), HasSubstr("POST127.0.0.1:8080/?Action=Count"));
}

TEST_F(GatewayCallsTest, a_long_form_is_named_and_not_read_again) {
  const OwnedCall call = kept_of(a_form(*this, 900'000));
  EXPECT_EQ(call.record.account_id, 1);
  EXPECT_EQ(call.record.credential, testkit::kSecretId);
  EXPECT_TRUE(call.record.has_evidence);
  EXPECT_THAT(std::string(call.record.canonical), testing::StartsWith("*** (a form of 900"));
}

class GatewayCallsAboveTheRateTest : public GatewayTest {
 protected:
  GatewayCallsAboveTheRateTest() : GatewayTest(one_a_second()) {}
  static GatewayOptions one_a_second() {
    GatewayOptions options = testkit::CloudApi::unlimited();
    options.requests_per_second = 1;
    return options;
  }
};

TEST_F(GatewayCallsAboveTheRateTest, are_kept_with_the_text_that_was_answered_and_no_other) {
  api_.send(api_.request("Count"));
  net::HttpRequest request = api_.request("Count");
  set_header(request, "X-TC-Language", "zh-CN");
  const net::HttpResponse answer = api_.send(std::move(request));
  const json::object& response = testkit::CloudApi::response_of(answer);
  const auto call = api_.database.look([&, waiting = api_.calls->waiting()](storage::Reader& reader) {
    return find_call(reader, waiting, response.at("RequestId").as_string(), 0);
  });
  ASSERT_TRUE(call);
  EXPECT_EQ(call->record.code, "RequestLimitExceeded");
  EXPECT_EQ(call->record.message_zh, response.at("Error").at("Message").as_string());
  EXPECT_EQ(call->record.message_en, "");
  EXPECT_EQ(call->record.action, "Count");
}

TEST_F(GatewayCallsTest, has_a_page_also_for_what_is_no_request) {
  const net::HttpResponse answer = api_.gateway().malformed("a colon is missing");
  EXPECT_EQ(kept(answer).record.code, "InvalidRequest");
}

}  // namespace
}  // namespace sesame::cloudapi
