#include "cloudapi/call_evidence.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "cloudapi/signature.hpp"
#include "testkit/signed_request.hpp"

namespace sesame::cloudapi {
namespace {

using testing::HasSubstr;
using testing::Not;
using testkit::set_header;

net::HttpRequest a_request(std::string_view body = "{\"A\":1}") {
  SignedCall call;
  call.action = "ListReceivers";
  call.host = "ses.example.com";
  call.body = body;
  call.timestamp_s = 1'767'225'600;
  return testkit::signed_request(call);
}

std::string signature_in(const net::HttpRequest& request) {
  const std::string_view header = request.header("authorization");
  return std::string(header.substr(header.rfind('=') + 1));
}

/// All kept texts.
std::string all_of(const CallEvidence& evidence) {
  return evidence.request_line + "\n" + evidence.headers + evidence.canonical + evidence.string_to_sign +
         evidence.signature_digest;
}

TEST(CallEvidence, has_what_the_server_hashed_and_not_the_signature) {
  const net::HttpRequest request = a_request();
  const CallEvidence evidence = gather_evidence(request, {.bytes = request.body.size()});
  EXPECT_EQ(evidence.request_line, "POST / HTTP/1.1");
  EXPECT_THAT(evidence.headers,
              HasSubstr("Credential=" + std::string(testkit::kSecretId) + "/2026-01-01/ses/"));
  EXPECT_THAT(evidence.headers, HasSubstr("Signature=***"));
  EXPECT_THAT(evidence.canonical, HasSubstr("host:ses.example.com\n"));
  EXPECT_THAT(evidence.canonical, HasSubstr(hex_digest(sha256(request.body))));
  EXPECT_THAT(evidence.string_to_sign, HasSubstr(hex_digest(sha256(evidence.canonical))));
  EXPECT_EQ(evidence.signature_digest, hex_digest(sha256(signature_in(request))));
  EXPECT_THAT(all_of(evidence), Not(HasSubstr(signature_in(request))));
}

TEST(CallEvidence, cuts_tokens_cookies_and_headers_that_nobody_knows) {
  net::HttpRequest request = a_request();
  for (const char* name : {"X-TC-Token", "Cookie", "X-Sesame-Csrf", "X-Api-Key", "Proxy-Authorization"})
    set_header(request, name, "geheim-" + std::string(name));
  EXPECT_THAT(all_of(gather_evidence(request, {.bytes = request.body.size()})), Not(HasSubstr("geheim")));
}

TEST(CallEvidence, cuts_a_signed_header_that_is_not_kept_and_makes_no_string_to_sign_then) {
  net::HttpRequest request = a_request();
  set_header(request, "X-TC-Token", "geheim");
  set_header(request, "Authorization",
             "TC3-HMAC-SHA256 Credential=AKIDx/2026-01-01/ses/tc3_request, "
             "SignedHeaders=content-type;host;x-tc-token, Signature=00");
  const CallEvidence evidence = gather_evidence(request, {.bytes = request.body.size()});
  EXPECT_THAT(evidence.canonical, HasSubstr("x-tc-token:***\n"));
  EXPECT_EQ(evidence.string_to_sign, "");
}

TEST(CallEvidence, hides_the_hash_of_a_body_with_a_password) {
  const net::HttpRequest request = a_request("{\"Password\":\"guess me\"}");
  const CallEvidence evidence =
      gather_evidence(request, {.bytes = request.body.size(), .hides_payload = true});
  EXPECT_THAT(all_of(evidence), Not(HasSubstr(hex_digest(sha256(request.body)))));
  EXPECT_EQ(evidence.string_to_sign, "");
}

TEST(CallEvidence, cuts_the_parameters_of_a_query_and_of_version_1) {
  net::HttpRequest request;
  request.method = "GET";
  request.target =
      "/?Action=UpdateEmailSmtpPassWord&Version=2020-10-02&Timestamp=1767225600&Nonce=1&SecretId=AKIDx"
      "&Signature=Z2VoZWlt&Token=geheim&Password=geheim2";
  request.headers = {{"Host", "ses.example.com"}};
  const CallEvidence evidence = gather_evidence(request, {.bytes = request.body.size()});
  EXPECT_THAT(evidence.request_line, HasSubstr("Action=UpdateEmailSmtpPassWord"));
  EXPECT_THAT(evidence.request_line, HasSubstr("Password=***"));
  EXPECT_THAT(evidence.canonical, HasSubstr("GETses.example.com/?Action=UpdateEmailSmtpPassWord"));
  EXPECT_THAT(all_of(evidence), Not(HasSubstr("geheim")));
  EXPECT_THAT(all_of(evidence), Not(HasSubstr("Z2VoZWlt")));
}

TEST(CallEvidence, of_an_authorization_that_cannot_be_read_is_its_kind_and_size) {
  net::HttpRequest request = a_request();
  set_header(request, "Authorization", "Basic Z2VoZWlt");
  const CallEvidence evidence = gather_evidence(request, {.bytes = request.body.size()});
  EXPECT_THAT(evidence.headers, HasSubstr("Authorization: Basic *** (14 bytes that cannot be read)"));
}

TEST(CallEvidence, of_an_authorization_that_is_one_word_is_its_size) {
  net::HttpRequest request = a_request();
  set_header(request, "Authorization", "geheim0geheim0geheim");
  EXPECT_THAT(gather_evidence(request, {.bytes = request.body.size()}).headers,
              HasSubstr("Authorization: *** (20 bytes that cannot be read)"));
}

TEST(CallEvidence, a_large_form_that_is_gone_has_its_size) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers = {{"Host", "ses.test"}, {"Content-Type", "application/x-www-form-urlencoded"}};
  EXPECT_THAT(gather_evidence(request, {.bytes = 40'000}).canonical,
              testing::StartsWith("*** (a form of 40000 bytes"));
}

TEST(CallEvidence, hides_fields_by_the_path_that_errors_name) {
  const ActionDescription& upload = *find_action("2020-10-02", "CreateReceiverDetailWithData");
  EXPECT_TRUE(hides_field(upload, "Datas.3.TemplateData"));
  EXPECT_TRUE(hides_field(upload, "Datas.0.Email"));
  EXPECT_FALSE(hides_field(upload, "ReceiverId"));
}

TEST(CallEvidence, is_bounded_and_valid_whatever_comes) {
  net::HttpRequest request = a_request();
  for (int i = 0; i < 500; ++i)
    request.headers.push_back({std::string(300, 'x'), std::string(9'000, '\xff')});
  request.headers.push_back({"User-Agent", std::string("a\0b\r\nX: y", 9)});
  request.target = "/?" + std::string(30'000, '\xfe');
  const CallEvidence evidence = gather_evidence(request, {.bytes = request.body.size()});
  EXPECT_LT(all_of(evidence).size(), 64U * 1024);
  EXPECT_THAT(evidence.headers, Not(HasSubstr("\r")));
}

TEST(CallEvidence, of_a_body_has_no_password_no_address_and_nothing_undescribed) {
  const ActionDescription* action = find_action("2020-10-02", "UpdateEmailSmtpPassWord");
  ASSERT_NE(action, nullptr);
  EXPECT_TRUE(takes_secrets(*action));
  const auto parameters =
      boost::json::parse(R"({"Password":"geheim","EmailAddress":"news@shop.test","Passwrd":"geheim"})")
          .as_object();
  EXPECT_EQ(kept_body(*action, parameters),
            R"({"Password":"***","EmailAddress":"news@shop.test","Passwrd":"***"})");

  const ActionDescription* send = find_action("2020-10-02", "SendEmail");
  EXPECT_FALSE(takes_secrets(*send));
  const std::string kept = kept_body(
      *send,
      boost::json::parse(
          R"({"Subject":"Hi","Destination":["ann@post.test"],"Template":{"TemplateID":7,"TemplateData":"{}"},)"
          R"("Attachments":[{"FileName":"a.pdf","Content":"Z2VoZWlt"}]})")
          .as_object());
  EXPECT_EQ(kept, R"({"Subject":"Hi","Destination":"***","Template":{"TemplateID":7,"TemplateData":"***"},)"
                  R"("Attachments":[{"FileName":"a.pdf","Content":"***"}]})");
}

TEST(CallEvidence, of_a_large_body_is_its_beginning) {
  boost::json::object parameters;
  for (int i = 0; i < 5'000; ++i) parameters["Name" + std::to_string(i)] = std::string(1'000, 'x');
  parameters["Subject"] = std::string(100'000, 'y');
  EXPECT_LE(kept_body(*find_action("2020-10-02", "SendEmail"), parameters).size(), kKeptBodyBytesMax);
}

TEST(CallEvidence, names_a_client_as_it_calls_itself_cleaned_and_cut) {
  net::HttpRequest request;
  EXPECT_EQ(client_name(request), "");
  request.headers.push_back({"User-Agent", "node-fetch/1.0"});
  EXPECT_EQ(client_name(request), "node-fetch/1.0");
  request.headers.push_back({"X-TC-RequestClient", "SDK_NODEJS_4.0.1034"});
  EXPECT_EQ(client_name(request), "SDK_NODEJS_4.0.1034");
  EXPECT_EQ(client_name("a\x01\xff" + std::string(500, 'b')).size(), 100U);
  EXPECT_EQ(client_name("Console"), "not the Console");
  EXPECT_EQ(client_name("smtp"), "not the smtp");
}

TEST(CallEvidence, keeps_only_the_beginning_of_what_may_be_a_key_in_the_place_of_an_id) {
  EXPECT_EQ(kept_secret_id("AKIDmine"), "AKIDmine");
  EXPECT_EQ(kept_secret_id("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"), "Gu5t… (32 characters)");
}

TEST(CallEvidence, has_a_remedy_for_every_code) {
  const Description& all = description();
  for (const auto& [code, text] : all.errors) {
    const std::string category = code.substr(0, code.find('.'));
    EXPECT_TRUE(all.remedies.contains(code) || all.remedies.contains(category)) << code;
    EXPECT_FALSE(remedy_of(code).zh.empty());
  }
}

}  // namespace
}  // namespace sesame::cloudapi
