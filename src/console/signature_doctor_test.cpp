#include "console/signature_doctor.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "cloudapi/signature.hpp"
#include "console/signed_request.hpp"

namespace sesame::console {
namespace {

namespace json = boost::json;

constexpr std::int64_t kNow = 1'767'225'600;  // 2026-01-01 00:00:00 UTC.
constexpr std::string_view kId = "AKIDmine", kKey = "a key of sixteen or more";

class SignatureDoctorTest : public testing::Test {
 protected:
  SignatureDoctorTest() {
    add(kId, 1, true);
    add("AKIDoff", 1, false);
    add("AKIDtheirs", 2, true);
    order_.action = "ListReceivers";
    order_.version = "2020-10-02";
    order_.region = "ap-guangzhou";
    order_.body = "{\"Offset\":0}\n";
    order_.host = "ses.example.com:8080";
    order_.timestamp_s = kNow;
  }
  void add(std::string_view id, std::int64_t account, bool enabled) {
    accounts::Credential made;
    made.secret_id = id;
    made.secret_key = Secret(std::string(kKey));
    made.account_id = account;
    made.enabled = enabled;
    keyring_.put(std::move(made));
  }
  SignedRequest sign(std::string_view key = kKey, std::string_view id = kId) {
    return sign_request(order_, {id, key, false}).value();
  }
  static std::string pasted(const SignedRequest& request) {
    return request.head() + "\r\n\r\n" + request.body;
  }
  json::object ask(std::string text) {
    return examine({{"text", std::move(text)}}, keyring_,
                   {.account_id = 1, .now_s = kNow, .hosts = {"inner:9"}});
  }
  /// The names of the findings, joined by commas.
  static std::string findings(const json::object& answer) {
    std::string names;
    for (const json::value& finding : answer.at("findings").as_array())
      names += (names.empty() ? "" : ",") + std::string(finding.at("rule").as_string());
    return names;
  }
  std::string found_in(SignedRequest request) { return findings(ask(pasted(request))); }
  static void replace(SignedRequest& request, std::string_view name, std::string value) {
    for (auto& [header, was] : request.headers) {
      if (header == name) was = value;
    }
  }

  accounts::Keyring keyring_;
  CallOrder order_;
};

TEST_F(SignatureDoctorTest, a_right_request_holds_every_rule_and_shows_the_servers_texts) {
  const SignedRequest right = sign();
  const json::object answer = ask(pasted(right));
  EXPECT_EQ(findings(answer), "");
  for (const json::value& rule : answer.at("rules").as_array()) EXPECT_TRUE(rule.at("holds").as_bool());
  EXPECT_EQ(answer.at("server").at("canonical_request"), json::string(right.steps[1].text));
  EXPECT_EQ(answer.at("server").at("string_to_sign"), json::string(right.steps[3].text));
}

TEST_F(SignatureDoctorTest, names_what_was_changed_after_signing) {
  SignedRequest type = sign();
  replace(type, "Content-Type", "application/json; charset=utf-8");
  EXPECT_EQ(found_in(type), "content_type");
  SignedRequest body = sign();
  body.body = "{\"Offset\":0}";
  EXPECT_EQ(found_in(body), "body");
  body.body = "{\"Offset\":0}\r\n";
  EXPECT_EQ(found_in(body), "body");
  order_.body = "{\"Offset\":0}";
  SignedRequest anew = sign();
  anew.body = "{ \"Offset\": 0 }";
  EXPECT_EQ(found_in(anew), "body");
  SignedRequest host = sign();
  replace(host, "Host", "elsewhere.example");
  EXPECT_EQ(found_in(host), "signature");
  order_.host = "inner:9";
  SignedRequest proxied = sign();
  replace(proxied, "Host", "outer.example");
  EXPECT_EQ(found_in(proxied), "host");
}

TEST_F(SignatureDoctorTest, names_what_is_wrong_with_the_key) {
  EXPECT_EQ(found_in(sign(std::string(kKey) + "\n")), "key");
  EXPECT_EQ(found_in(sign("quite another key")), "signature");
  EXPECT_EQ(found_in(sign(kKey, "AKIDnobody")), "key");
  EXPECT_EQ(found_in(sign(kKey, "AKIDoff")), "key");
  const json::object theirs = ask(pasted(sign(kKey, "AKIDtheirs")));
  EXPECT_EQ(json::serialize(theirs.at("findings")).find("disabled"), std::string::npos);
  EXPECT_EQ(findings(theirs), "key");
  EXPECT_EQ(json::serialize(ask(pasted(sign("quite another key")))).find(kKey), std::string::npos);
}

TEST_F(SignatureDoctorTest, names_the_clock_and_the_date) {
  order_.timestamp_s = kNow + 8 * 3600;
  const json::object ahead = ask(pasted(sign()));
  EXPECT_EQ(findings(ahead), "clock");
  EXPECT_NE(json::serialize(ahead).find("+8 h 00 min"), std::string::npos);
  order_.timestamp_s = kNow * 1000;
  EXPECT_NE(json::serialize(ask(pasted(sign()))).find("milliseconds"), std::string::npos);
  order_.timestamp_s = kNow;
  const json::object dated =
      ask("TC3-HMAC-SHA256\n1767225600\n2025-12-31/ses/tc3_request\n" + std::string(64, 'a'));
  EXPECT_EQ(findings(dated), "scope_date");
  EXPECT_NE(json::serialize(dated).find("local date"), std::string::npos);
  EXPECT_EQ(dated.at("findings").at(0).at("at"), 27);
}

TEST_F(SignatureDoctorTest, reads_a_curl_command) {
  const SignedRequest right = sign();
  std::string command = "$ curl -s http://ses.example.com:8080/ \\\n";
  for (const auto& [name, value] : right.headers) command += "  -H '" + name + ": " + value + "' \\\n";
  EXPECT_EQ(findings(ask(command + "  --data-binary '{\"Offset\":0}\n'")), "");
  EXPECT_EQ(findings(ask(command + "  --data-binary '{\"Offset\":0}'")), "body");
}

TEST_F(SignatureDoctorTest, reads_a_canonical_request) {
  const std::string right = sign().steps[1].text;
  const auto with_body = [&](const std::string& text) {
    return findings(examine({{"text", text}, {"body", "{\"Offset\":0}\n"}}, keyring_, {1, kNow, {}}));
  };
  EXPECT_EQ(with_body(right), "");
  std::string unbroken = right;
  unbroken.erase(unbroken.find("\n\ncontent-type;host") + 1, 1);
  EXPECT_EQ(with_body(unbroken), "blank_line");
  std::string order = right;
  order.replace(order.find("content-type;host"), 17, "host;content-type");
  EXPECT_EQ(with_body(order), "header_order");
  std::string hash = right;
  hash.back() = hash.back() == '0' ? '1' : '0';
  EXPECT_EQ(with_body(hash), "body");
}

TEST_F(SignatureDoctorTest, explains_the_codes_that_a_text_names_and_says_what_it_can_read) {
  const json::object code =
      ask("TencentCloudSDKException: code:AuthFailure.SignatureFailure message:no requestId:1");
  EXPECT_EQ(findings(code), "code");
  EXPECT_EQ(findings(ask("hello")), "unreadable");
  EXPECT_EQ(findings(ask("")), "unreadable");
  EXPECT_EQ(findings(ask("TC3-HMAC-SHA256 Credential=x")), "signature");
  EXPECT_EQ(findings(ask("POST / HTTP/1.1\nHost: a\n\n{}")), "signature");
}

}  // namespace
}  // namespace sesame::console
