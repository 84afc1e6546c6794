#include "console/call_doctor.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "cloudapi/call_evidence.hpp"
#include "console/signed_request.hpp"

namespace sesame::console {
namespace {

namespace json = boost::json;

constexpr std::int64_t kNow = 1'767'225'600;  // 2026-01-01 00:00:00 UTC.
constexpr std::string_view kId = "AKIDmine", kKey = "a key of sixteen or more";

/// A refused call as the server keeps it, made of a request that was changed after its signing.
class CallDoctorTest : public testing::Test {
 protected:
  CallDoctorTest() {
    accounts::Credential made;
    made.secret_id = kId;
    made.secret_key = Secret(std::string(kKey));
    made.account_id = 1;
    keyring_.put(std::move(made));
    order_.action = "ListReceivers";
    order_.version = "2020-10-02";
    order_.region = "ap-guangzhou";
    order_.body = "{\"Offset\":0}";
    order_.host = "ses.example.com:8080";
    order_.timestamp_s = kNow;
  }
  net::HttpRequest sign(std::string_view key = kKey, std::string_view id = kId) {
    const SignedRequest made = sign_request(order_, {id, key, false}).value();
    net::HttpRequest request;
    request.method = made.method;
    request.target = made.path;
    request.body = made.body;
    for (const auto& [name, value] : made.headers) request.headers.push_back({name, value});
    return request;
  }
  static void set(net::HttpRequest& request, std::string_view name, std::string value) {
    for (net::HttpHeader& header : request.headers) {
      if (header.name == name) header.value = value;
    }
  }
  json::object ask(const net::HttpRequest& request, std::string_view code = "AuthFailure.SignatureFailure",
                   bool hides_payload = false) {
    const cloudapi::CallEvidence evidence =
        cloudapi::gather_evidence(request, {.bytes = request.body.size(), .hides_payload = hides_payload});
    cloudapi::CallRecord call;
    call.time_ms = kNow * 1000;
    call.account_id = 1;
    call.code = code;
    call.message_en = "no";
    call.request_bytes = request.body.size();
    call.has_evidence = true;
    call.request_line = evidence.request_line;
    call.headers = evidence.headers;
    call.canonical = evidence.canonical;
    call.string_to_sign = evidence.string_to_sign;
    call.signature_digest = evidence.signature_digest;
    return examine_call(call, keyring_, {.account_id = 1, .now_s = kNow + 9'999, .hosts = {"inner:9"}});
  }
  static std::string findings(const json::object& answer) {
    std::string names;
    for (const json::value& finding : answer.at("findings").as_array())
      names += (names.empty() ? "" : ",") + std::string(finding.at("rule").as_string());
    return names;
  }

  accounts::Keyring keyring_;
  CallOrder order_;
};

TEST_F(CallDoctorTest, finds_what_was_changed_though_neither_signature_nor_body_is_kept) {
  net::HttpRequest request = sign();
  set(request, "Content-Type", "text/plain");
  EXPECT_EQ(findings(ask(request)), "code,content_type");
  order_.host = "inner:9";
  request = sign();
  set(request, "Host", "ses.example.com");
  EXPECT_EQ(findings(ask(request)), "code,host");
  order_.host = "ses.example.com";
  EXPECT_EQ(findings(ask(sign(std::string(kKey) + "\n"))), "code,key");
  order_.body = "";
  request = sign();
  request.body = "{}";
  EXPECT_EQ(findings(ask(request)), "code,body");
}

TEST_F(CallDoctorTest, shows_its_own_text_where_nothing_known_explains_the_signature) {
  net::HttpRequest request = sign();
  request.body = "{\"Offset\":1}";
  const json::object answer = ask(request);
  EXPECT_EQ(findings(answer), "code,signature,remedy");
  EXPECT_THAT(std::string(answer.at("server").at("canonical_request").as_string()),
              testing::HasSubstr("host:ses.example.com:8080"));
  EXPECT_THAT(std::string(answer.at("server").at("string_to_sign").as_string()),
              testing::HasSubstr("2026-01-01/ses/tc3_request"));
}

TEST_F(CallDoctorTest, judges_the_clock_by_the_time_of_the_call) {
  EXPECT_EQ(findings(ask(sign())), "code,remedy") << "hours later the timestamp is as right as it was";
  order_.timestamp_s = kNow + 8 * 3600;
  EXPECT_EQ(findings(ask(sign(), "AuthFailure.SignatureExpire")), "code,clock");
}

TEST_F(CallDoctorTest, says_when_it_cannot_try_a_signature_again) {
  net::HttpRequest request = sign();
  set(request, "Host", "other");
  EXPECT_EQ(findings(ask(request, "AuthFailure.SignatureFailure", true)), "code,signature,remedy");
  EXPECT_EQ(findings(ask(sign(kKey, "AKIDnobodys"), "AuthFailure.SecretIdNotFound")), "code,key");
}

TEST_F(CallDoctorTest, of_other_refusals_says_the_reason_and_what_to_do) {
  EXPECT_EQ(findings(ask(sign(), "InvalidParameterValue")), "code,remedy");
  cloudapi::CallRecord fine;
  EXPECT_EQ(findings(examine_call(fine, keyring_, {.account_id = 1})), "");
}

}  // namespace
}  // namespace sesame::console
