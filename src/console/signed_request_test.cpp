#include "console/signed_request.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sesame::console {
namespace {

// The published pair, with which the documentation of the cloud signs.
constexpr SigningPair kPublished{"AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
                                 true};

CallOrder order(std::string action, std::string body) {
  CallOrder made;
  made.action = std::move(action);
  made.version = "2020-10-02";
  made.region = "ap-guangzhou";
  made.body = std::move(body);
  made.host = "ses.tencentcloudapi.com";
  made.timestamp_s = 1767225600;
  made.nonce = 11886;
  return made;
}

std::string step(const SignedRequest& request, std::string_view name) {
  const auto found = std::ranges::find(request.steps, name, &SigningStep::name);
  return found == request.steps.end() ? "(none)" : found->text;
}

TEST(SignedRequest, no_parameter_takes_the_place_of_the_protocol_s) {
  const std::string body = R"({"Action":"CreateCredential","Name":"x"})";
  for (const bool get : {false, true}) {
    CallOrder other = order("GetLimits", body);
    other.get = get;
    other.signing = Signing::hmac_sha256;
    EXPECT_FALSE(sign_request(other, kPublished));
  }
  CallOrder query = order("GetLimits", body);
  query.get = true;
  EXPECT_FALSE(sign_request(query, kPublished));
  EXPECT_TRUE(sign_request(order("GetLimits", body), kPublished)) << "a body of TC3 names no action";
}

TEST(SignedRequest, a_post_has_the_signature_that_an_independent_client_computes) {
  const SignedRequest made = sign_request(order("ListEmailIdentities", "{}"), kPublished).value();
  EXPECT_EQ(step(made, "canonical_hash"), "0acc5613c586616b78cfed74f696111c8fa4533648e67d2cecfe3a7692363d51");
  EXPECT_EQ(step(made, "signature"), "067f6da93d7440793f50a2bce1c9fac47698e8ab0373213b0d55826191838990");
  EXPECT_EQ(step(made, "canonical_request"),
            "POST\n/\n\ncontent-type:application/json\nhost:ses.tencentcloudapi.com\n\ncontent-type;host\n"
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  EXPECT_EQ(step(made, "string_to_sign"),
            "TC3-HMAC-SHA256\n1767225600\n2026-01-01/ses/tc3_request\n" + step(made, "canonical_hash"));
  EXPECT_EQ(made.body, "{}");
  EXPECT_EQ(made.head().substr(0, 53), "POST / HTTP/1.1\r\nHost: ses.tencentcloudapi.com\r\nConte");
}

TEST(SignedRequest, an_unsigned_body_is_named_in_a_header_and_does_not_change_the_signature) {
  CallOrder plain = order("ListEmailIdentities", "{}");
  plain.unsigned_payload = true;
  CallOrder other = order("ListEmailIdentities", R"({"Other":1})");
  other.unsigned_payload = true;
  const SignedRequest made = sign_request(plain, kPublished).value();
  // sha256 of the word itself, as sha256sum prints it.
  EXPECT_EQ(step(made, "body_hash"), "438d4109ef0d676b8c2c7ed13cdfcb418e494d53b843d4634ce3b1085f07bb96");
  EXPECT_EQ(step(made, "signature"), step(sign_request(other, kPublished).value(), "signature"));
  EXPECT_NE(made.head().find("\r\nX-TC-Content-SHA256: UNSIGNED-PAYLOAD\r\n"), std::string::npos);
  EXPECT_EQ(made.body, "{}");
}

TEST(SignedRequest, a_get_carries_its_parameters_in_the_query_that_is_signed) {
  CallOrder get = order("ListEmailTemplates", R"({"Offset":0,"Limit":10})");
  get.get = true;
  const SignedRequest made = sign_request(get, kPublished).value();
  EXPECT_EQ(made.path, "/?Offset=0&Limit=10");
  EXPECT_EQ(step(made, "canonical_hash"), "20625cd0584002ad5054f1bfe76e5718dd1bcd6b3abb1047d2af59488e5edb38");
  EXPECT_EQ(step(made, "signature"), "e4d6e87291967bfb525e8ea9a14f20fd0dba7244d6f59ff316757d42b2c049de");
  EXPECT_EQ(made.body, "");
}

TEST(SignedRequest, version_1_signs_the_sorted_parameters) {
  CallOrder get = order("ListEmailTemplates", R"({"Offset":0,"Limit":10})");
  get.get = true;
  get.signing = Signing::hmac_sha1;
  EXPECT_EQ(step(sign_request(get, kPublished).value(), "signature"), "ooUe9XCsKRAglU9nM0a6jPb8kKw=");
  get.signing = Signing::hmac_sha256;
  EXPECT_EQ(step(sign_request(get, kPublished).value(), "signature"),
            "gdJju4gpB03HCvwWJDqvMpQWfmKLZZty4ZUQAfarMQs=");
  CallOrder post = order("SendEmail", R"({"FromEmailAddress":"Shop <noreply@mail.example.com>",
      "Destination":["a@example.net","b@example.net"],"Subject":"hi there",
      "Template":{"TemplateID":7,"TemplateData":"{\"k\":\"v&w=1\"}"}})");
  post.signing = Signing::hmac_sha256;
  post.nonce = 1;
  const SignedRequest made = sign_request(post, kPublished).value();
  EXPECT_EQ(step(made, "signature"), "4GOu7JaS7PZRCbVx2XqNqwc1zheHVmf8NIk4MVlFdUE=");
  EXPECT_NE(made.body.find("Template.TemplateData=%7B%22k%22%3A%22v%26w%3D1%22%7D"), std::string::npos);
  EXPECT_NE(made.body.find("Subject=hi%20there"), std::string::npos);
}

TEST(SignedRequest, the_keys_on_the_way_are_shown_for_a_published_pair_only) {
  CallOrder call = order("ListEmailIdentities", "{}");
  const SignedRequest shown = sign_request(call, kPublished).value();
  EXPECT_EQ(step(shown, "secret_signing").size(), 64u);
  const SignedRequest hidden = sign_request(call, {"AKIDmine", "a key that must not be seen", false}).value();
  for (const char* name : {"secret_date", "secret_service", "secret_signing"})
    EXPECT_EQ(step(hidden, name), "(none)");
  for (const SigningStep& each : hidden.steps) EXPECT_EQ(each.text.find("a key that"), std::string::npos);
}

TEST(SignedRequest, a_body_that_is_no_object_goes_out_by_a_signed_post_only) {
  CallOrder call = order("ListEmailIdentities", "[1");
  EXPECT_EQ(sign_request(call, kPublished).value().body, "[1");
  call.get = true;
  EXPECT_EQ(sign_request(call, kPublished).error().reason(), "console.bad_request");
}

}  // namespace
}  // namespace sesame::console
