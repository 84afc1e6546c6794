#include "cloudapi/authenticator.hpp"

#include <gmock/gmock.h>

#include "cloudapi/form.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/signed_request.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::cloudapi {
namespace {

using testkit::set_header;

constexpr std::int64_t kNow = 1767225600;  // 2026-01-01 00:00:00 UTC, the time of the examples.
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kSes = "ses.tencentcloudapi.com";

// Requests as the official clients put them on the wire, with the signatures they compute.
class AuthenticatorTest : public testing::Test {
 protected:
  AuthenticatorTest() {
    accounts::Credential credential;
    credential.secret_id = testkit::kSecretId;
    credential.secret_key = Secret(std::string(testkit::kSecretKey));
    credential.account_id = 1;
    keyring_.put(std::move(credential));
  }

  static net::HttpRequest tc3(std::string_view host, std::string_view service, std::string_view content_type,
                              std::string_view signature,
                              std::string_view signed_headers = "content-type;host") {
    net::HttpRequest request;
    request.method = "POST";
    request.target = "/";
    request.body = "{}";
    request.headers = {{"Host", std::string(host)},
                       {"Content-Type", std::string(content_type)},
                       {"X-TC-Action", "ListEmailIdentities"},
                       {"X-TC-Version", "2020-10-02"},
                       {"X-TC-Region", "ap-guangzhou"},
                       {"X-TC-Timestamp", std::to_string(kNow)}};
    std::string authorization = "TC3-HMAC-SHA256 Credential=" + std::string(testkit::kSecretId);
    authorization.append("/2026-01-01/").append(service).append("/tc3_request, SignedHeaders=");
    authorization.append(signed_headers).append(", Signature=").append(signature);
    request.headers.push_back({"Authorization", authorization});
    return request;
  }

  static net::HttpRequest v1(std::string method, std::string query_or_form) {
    net::HttpRequest request;
    request.method = method;
    request.headers = {{"Host", std::string(kSes)}};
    request.target = "/";
    if (method == "POST") {
      request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
      request.body = std::move(query_or_form);
    } else {
      request.target += "?" + query_or_form;
    }
    return request;
  }

  std::string_view outcome(const net::HttpRequest& request) {
    const auto head = read_head(request);
    if (!head) return head.error().reason();
    const auto credential = authenticator_.authenticate(request, *head, kNow);
    if (!credential) return credential.error().reason();
    EXPECT_EQ((*credential)->account_id, 1);
    return "signed";
  }

  accounts::Keyring keyring_;
  testkit::SeededRandom random_;
  testkit::TempDir folder_;
  accounts::SecretBox box_ = accounts::SecretBox::open(folder_.path(), random_).value();
  accounts::SessionTokens tokens_{box_, keyring_};
  Authenticator authenticator_{keyring_, tokens_, std::chrono::seconds(300)};
};

TEST_F(AuthenticatorTest, takes_what_each_official_client_sends) {
  constexpr std::string_view kS1 = "067f6da93d7440793f50a2bce1c9fac47698e8ab0373213b0d55826191838990";
  EXPECT_EQ(outcome(tc3(kSes, "ses", kJson, kS1)), "signed");
  EXPECT_EQ(
      outcome(tc3(kSes, "ses", kJson, "94349230fa9af4317b6e75c27983c8c7677486fafd48425810eb53b4a091feb7",
                  "content-type;host;x-tc-action")),
      "signed");
  EXPECT_EQ(outcome(tc3("127.0.0.1:8080", "ses", kJson,
                        "2f08380e5e8d0bbc1000d048712d677142fb3bcd763ca11e56ed1bd31364bc51")),
            "signed");
  EXPECT_EQ(outcome(tc3("127.0.0.1:8080", "127", kJson,
                        "fc0a6fe9a10c26310861faae3a7ac1fe4fce9d27df5cd164ed31930cb7b25077")),
            "signed")
      << "signed without the port that the header carries";
  EXPECT_EQ(outcome(tc3("http://127.0.0.1:8080", "ses", kJson,
                        "56161ff080697cc9277605cc5f8f498544e280079fd0c5fa3e464fa63f1a6581")),
            "signed")
      << "a whole URL as host";
  EXPECT_EQ(outcome(tc3("127.0.0.1:8080", "127", "application/json; charset=utf-8",
                        "b4bf39ab749370ca00d6c7a5e4e825755bee12a2e8d20590b6c1b41568c6d905")),
            "signed");
}

TEST_F(AuthenticatorTest, takes_a_get_with_its_query_as_sent) {
  net::HttpRequest get = tc3(kSes, "ses", "application/x-www-form-urlencoded",
                             "e4d6e87291967bfb525e8ea9a14f20fd0dba7244d6f59ff316757d42b2c049de");
  get.method = "GET";
  get.target = "/?Offset=0&Limit=10";
  get.body.clear();
  EXPECT_EQ(outcome(get), "signed");
  get.target = "/?Limit=10&Offset=0";
  EXPECT_EQ(outcome(get), "auth.wrong_signature");
}

TEST_F(AuthenticatorTest, takes_an_unsigned_payload_only_when_it_is_announced) {
  net::HttpRequest request =
      tc3(kSes, "ses", kJson, "5f00b00e271e75ae284e1edd2256a704cbd502e20ca4b44a2b89e7181820afa3");
  EXPECT_EQ(outcome(request), "auth.wrong_signature");
  set_header(request, "X-TC-Content-SHA256", kUnsignedPayload);
  EXPECT_EQ(outcome(request), "signed");
}

TEST_F(AuthenticatorTest, takes_header_values_signed_raw_and_a_path_signed_as_sent) {
  const CanonicalHeader headers[] = {{"content-type", "application/json; charset=UTF-8"},
                                     {"host", "Sesame.Test"}};
  const std::string payload = hex_digest(sha256("{}"));
  const std::string canonical = canonical_text({.method = "POST",
                                                .path = "/base",
                                                .query = "",
                                                .headers = headers,
                                                .signed_headers = "content-type;host",
                                                .payload_hash = payload});
  const Digest key = tc3_signing_key(testkit::kSecretKey, "2026-01-01", "sesame");
  const Digest signature = tc3_signature(key, std::to_string(kNow), "2026-01-01", "sesame", canonical);
  net::HttpRequest request =
      tc3("Sesame.Test", "sesame", "application/json; charset=UTF-8", hex_digest(signature));
  request.target = "/base";
  EXPECT_EQ(outcome(request), "signed");
  request.target = "/other";
  EXPECT_EQ(outcome(request), "auth.wrong_signature");
}

TEST_F(AuthenticatorTest, every_signed_byte_counts) {
  constexpr std::string_view kS1 = "067f6da93d7440793f50a2bce1c9fac47698e8ab0373213b0d55826191838990";
  const auto outcome_after = [&](auto change) {
    net::HttpRequest request = tc3(kSes, "ses", kJson, kS1);
    change(request);
    return outcome(request);
  };
  EXPECT_EQ(outcome_after([](auto& r) { r.body = "{ }"; }), "auth.wrong_signature");
  EXPECT_EQ(outcome_after([](auto& r) { set_header(r, "Host", "ses.tencentcloudapi.test"); }),
            "auth.wrong_signature");
  EXPECT_EQ(outcome_after([](auto& r) { set_header(r, "X-TC-Timestamp", std::to_string(kNow + 1)); }),
            "auth.wrong_signature");
  EXPECT_EQ(outcome(tc3(kSes, "cvm", kJson, kS1)), "auth.wrong_signature");
  EXPECT_EQ(outcome(tc3(kSes, "ses", kJson, kS1.substr(1))), "auth.wrong_signature");
}

constexpr std::string_view kListTemplates =
    "Action=ListEmailTemplates&Limit=10&Nonce=11886&Offset=0&Region=ap-guangzhou"
    "&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE&Timestamp=1767225600&Version=2020-10-02";

TEST_F(AuthenticatorTest, takes_version_1_with_either_hash) {
  const std::string query(kListTemplates);
  EXPECT_EQ(outcome(v1("GET", query + "&Signature=ooUe9XCsKRAglU9nM0a6jPb8kKw%3D")), "signed");
  EXPECT_EQ(outcome(v1("GET", query + "&SignatureMethod=HmacSHA256"
                                      "&Signature=gdJju4gpB03HCvwWJDqvMpQWfmKLZZty4ZUQAfarMQs%3D")),
            "signed");
  EXPECT_EQ(outcome(v1("POST", query + "&Signature=ooUe9XCsKRAglU9nM0a6jPb8kKw%3D")), "auth.wrong_signature");
}

TEST_F(AuthenticatorTest, blanks_around_a_version_1_signature_do_not_count) {
  const std::string query(kListTemplates);
  for (const std::string_view before : {"", "%20", "%0A"}) {
    for (const std::string_view after : {"%0A", "%0D%0A", "+", "%09", "%20%0A"}) {
      EXPECT_EQ(outcome(v1("GET", query + "&Signature=" + std::string(before) +
                                      "ooUe9XCsKRAglU9nM0a6jPb8kKw%3D" + std::string(after))),
                "signed")
          << before << "..." << after;
    }
  }
  EXPECT_EQ(outcome(v1("GET", query + "&Signature=ooUe9XCsKRAglU9n%0AM0a6jPb8kKw%3D")),
            "auth.wrong_signature");
  EXPECT_EQ(outcome(v1("GET", query + "&Signature=%0A")), "auth.wrong_signature");
}

TEST_F(AuthenticatorTest, judges_a_head_before_its_body_has_come) {
  const auto judged = [&](net::HttpRequest request) -> std::string_view {
    request.body.clear();
    const Status status = authenticator_.judge_head(request, *read_head(request), kNow);
    return status ? "known" : status.error().reason();
  };
  const net::HttpRequest right =
      tc3(kSes, "ses", kJson, "067f6da93d7440793f50a2bce1c9fac47698e8ab0373213b0d55826191838990");
  EXPECT_EQ(judged(right), "known");
  net::HttpRequest other = right;
  set_header(other, "X-TC-Timestamp", std::to_string(kNow - 301));
  EXPECT_EQ(judged(other), "auth.expired");
  set_header(other, "X-TC-Timestamp", std::to_string(kNow + 301));
  EXPECT_EQ(judged(other), "auth.expired");
  other = right;
  set_header(other, "Authorization",
             "TC3-HMAC-SHA256 Credential=AKIDnobody/2026-01-01/ses/tc3_request, "
             "SignedHeaders=content-type;host, Signature=00");
  EXPECT_EQ(judged(other), "auth.unknown_id");
  set_header(other, "Authorization", "TC3-HMAC-SHA256 nonsense");
  EXPECT_EQ(judged(other), "auth.malformed");
}

TEST_F(AuthenticatorTest, takes_a_version_1_form_however_its_blanks_are_written) {
  const std::string form =
      "Action=SendEmail&Destination.0=a%40example.net&Destination.1=b%40example.net&FromEmailAddress="
      "Shop+%3Cnoreply%40mail.example.com%3E&Nonce=1&Region=ap-guangzhou"
      "&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE&SignatureMethod=HmacSHA256&Subject=hi%20there"
      "&Template.TemplateData=%7B%22k%22%3A%22v%26w%3D1%22%7D&Template.TemplateID=7&Timestamp=1767225600"
      "&Version=2020-10-02&Signature=4GOu7JaS7PZRCbVx2XqNqwc1zheHVmf8NIk4MVlFdUE%3D";
  EXPECT_EQ(outcome(v1("POST", form)), "signed");
  const auto head = read_head(v1("POST", form));
  ASSERT_TRUE(head);
  EXPECT_THAT(head->action_parameters,
              testing::ElementsAre(testing::Pair("Destination.0", "a@example.net"),
                                   testing::Pair("Destination.1", "b@example.net"),
                                   testing::Pair("FromEmailAddress", "Shop <noreply@mail.example.com>"),
                                   testing::Pair("Subject", "hi there"),
                                   testing::Pair("Template.TemplateData", R"({"k":"v&w=1"})"),
                                   testing::Pair("Template.TemplateID", "7")));
}

TEST_F(AuthenticatorTest, refuses_a_version_1_request_that_lacks_its_parts) {
  EXPECT_EQ(outcome(v1("GET", "")), "api.missing");
  EXPECT_EQ(outcome(v1("GET", std::string(kListTemplates))), "api.missing");
  EXPECT_EQ(outcome(v1("GET", std::string(kListTemplates) + "&Signature=x&Token=t")), "auth.wrong_signature");
  EXPECT_EQ(outcome(v1("POST", "no form")), "api.form");
  EXPECT_EQ(outcome(v1("POST", "a=" + std::string(kV1BodyBytesMax, 'x'))), "auth.v1_too_large");
}

}  // namespace
}  // namespace sesame::cloudapi
