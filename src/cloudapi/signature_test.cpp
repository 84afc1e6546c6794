#include "cloudapi/signature.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sesame::cloudapi {
namespace {

// The pair that the public documentation of the signature uses in its examples.
constexpr std::string_view kSecretId = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
constexpr std::string_view kSecretKey = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";

Digest digest_of(std::string_view hex) {
  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<unsigned char>(std::stoi(std::string(hex.substr(2 * i, 2)), nullptr, 16));
  }
  return digest;
}

struct Vector {
  std::string_view name, service, method, query, payload, timestamp, date, key_hex;
  std::vector<CanonicalHeader> headers;
  std::string_view signed_headers, canonical_hash, signature;
};

constexpr std::string_view kCvmBody =
    R"({"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]})";
constexpr std::string_view kHosts = "content-type;host";
constexpr std::string_view kWithAction = "content-type;host;x-tc-action";
constexpr std::string_view kCvmKey = "ac658d5dde49e9bfdd14e04e062f66b05d9f637d44b8a8d845327d4a77f666b1";

std::vector<CanonicalHeader> headers(std::string_view content_type, std::string_view host,
                                     std::string_view action = {}) {
  std::vector<CanonicalHeader> list{{"content-type", content_type}, {"host", host}};
  if (!action.empty()) list.push_back({"x-tc-action", action});
  return list;
}

Vector ses(std::string_view name, std::string_view service, std::vector<CanonicalHeader> headers,
           std::string_view canonical_hash, std::string_view signature) {
  return {.name = name,
          .service = service,
          .method = "POST",
          .payload = "{}",
          .timestamp = "1767225600",
          .date = "2026-01-01",
          .headers = std::move(headers),
          .signed_headers = kHosts,
          .canonical_hash = canonical_hash,
          .signature = signature};
}

std::vector<Vector> published_vectors() {
  const auto cvm = headers("application/json; charset=utf-8", "cvm.tencentcloudapi.com");
  Vector post{"post",
              "cvm",
              "POST",
              "",
              kCvmBody,
              "1551113065",
              "2019-02-25",
              kCvmKey,
              cvm,
              kHosts,
              "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
              "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"};
  Vector with_action = post;
  with_action.name = "action signed";
  with_action.headers.push_back({"x-tc-action", "describeinstances"});
  with_action.signed_headers = kWithAction;
  with_action.canonical_hash = "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84";
  with_action.signature = "644be983de9a8a3f00db8eadaba61467c3b429e2215758ba897b738ca469fd26";
  Vector masked = with_action;  // Published without its secret key.
  masked.name = "masked key";
  masked.key_hex = "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af";
  masked.signature = "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f";
  Vector get{"get",
             "cvm",
             "GET",
             "Limit=10&Offset=0",
             "",
             "1539084154",
             "2018-10-09",
             "39c4cf287fdff993dc407e649450ae4a0f1e1fd75aedb08d8160e47372e9b62d",
             headers("application/x-www-form-urlencoded", "cvm.tencentcloudapi.com"),
             kHosts,
             "91c9c192c14460df6c1ffc69e34e6c5e90708de2a6d282cccf957dbf1aa7f3a7",
             "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474"};
  return {post, with_action, masked, get};
}

std::vector<Vector> ses_vectors() {
  constexpr std::string_view kJson = "application/json";
  constexpr std::string_view kSes = "ses.tencentcloudapi.com";
  Vector s2 = ses("S2 action signed", "ses", headers(kJson, kSes, "listemailidentities"),
                  "cddd1264b9f39e4a1a4cf6e3979c3920a255527bac8506291596a57b0adb6308",
                  "94349230fa9af4317b6e75c27983c8c7677486fafd48425810eb53b4a091feb7");
  s2.signed_headers = kWithAction;
  Vector s7 = ses("S7 query as sent", "ses", headers("application/x-www-form-urlencoded", kSes),
                  "20625cd0584002ad5054f1bfe76e5718dd1bcd6b3abb1047d2af59488e5edb38",
                  "e4d6e87291967bfb525e8ea9a14f20fd0dba7244d6f59ff316757d42b2c049de");
  s7.method = "GET";
  s7.query = "Offset=0&Limit=10";
  s7.payload = "";
  Vector s8 = ses("S8 unsigned payload", "ses", headers(kJson, kSes),
                  "9518624bd9d2c4ea2a5b815ce60c19328bb464d7f51e125eef2a3077b9d1b012",
                  "5f00b00e271e75ae284e1edd2256a704cbd502e20ca4b44a2b89e7181820afa3");
  s8.payload = kUnsignedPayload;
  return {
      ses("S1", "ses", headers(kJson, kSes),
          "0acc5613c586616b78cfed74f696111c8fa4533648e67d2cecfe3a7692363d51",
          "067f6da93d7440793f50a2bce1c9fac47698e8ab0373213b0d55826191838990"),
      s2,
      ses("S3 port", "ses", headers(kJson, "127.0.0.1:8080"),
          "d30cdaaa133b0f587bba833eefb6a6376829d22c984c78abcab74ca0b8418a61",
          "2f08380e5e8d0bbc1000d048712d677142fb3bcd763ca11e56ed1bd31364bc51"),
      ses("S4 host without port", "127", headers(kJson, "127.0.0.1"),
          "a6c0250329c21b63e5aedbde30f4045f136773e4cacb6d26043b560986a03077",
          "fc0a6fe9a10c26310861faae3a7ac1fe4fce9d27df5cd164ed31930cb7b25077"),
      ses("S5 full URL as host", "ses", headers(kJson, "http://127.0.0.1:8080"),
          "7f9fe8845aab176f5e8b091a81bccbbb061bed0bdf78761b382844edfcbf8fbf",
          "56161ff080697cc9277605cc5f8f498544e280079fd0c5fa3e464fa63f1a6581"),
      ses("S6 content type with charset", "127", headers("application/json; charset=utf-8", "127.0.0.1:8080"),
          "89a68e1e3884dd55f75be4a5480b6ddd996b1c9f60fc7ed0e94049eddf38a9ef",
          "b4bf39ab749370ca00d6c7a5e4e825755bee12a2e8d20590b6c1b41568c6d905"),
      s7,
      s8};
}

void expect_vector(const Vector& vector) {
  const std::string payload = hex_digest(sha256(vector.payload));
  const std::string canonical = canonical_text({.method = vector.method,
                                                .query = vector.query,
                                                .headers = vector.headers,
                                                .signed_headers = vector.signed_headers,
                                                .payload_hash = payload});
  EXPECT_EQ(hex_digest(sha256(canonical)), vector.canonical_hash) << vector.name;
  const Digest key = vector.key_hex.empty() ? tc3_signing_key(kSecretKey, vector.date, vector.service)
                                            : digest_of(vector.key_hex);
  EXPECT_EQ(hex_digest(tc3_signature(key, vector.timestamp, vector.date, vector.service, canonical)),
            vector.signature)
      << vector.name;
}

TEST(Signature, agrees_with_the_published_examples) {
  for (const Vector& vector : published_vectors()) expect_vector(vector);
}

TEST(Signature, agrees_with_what_each_official_client_sends) {
  for (const Vector& vector : ses_vectors()) expect_vector(vector);
}

TEST(Signature, derives_the_key_of_a_day_and_service_step_by_step) {
  EXPECT_EQ(hex_digest(sha256(kCvmBody)), "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064");
  const Digest of_date = hmac_sha256("TC3" + std::string(kSecretKey), "2019-02-25");
  EXPECT_EQ(hex_digest(of_date), "d1308c81fe71cfd4e06437bbc067b2b8a3d2d8c0e375d547f15c41d5214b395a");
  const std::string_view key(reinterpret_cast<const char*>(of_date.data()), of_date.size());
  EXPECT_EQ(hex_digest(hmac_sha256(key, "cvm")),
            "3c7cb7c7795393edc14fd2e0e6434a518564b4504b88e94f5d11bf59ba3e7050");
  EXPECT_EQ(hex_digest(tc3_signing_key(kSecretKey, "2019-02-25", "cvm")), kCvmKey);
  EXPECT_EQ(hex_digest(tc3_signing_key(kSecretKey, "2018-10-09", "cvm")),
            "39c4cf287fdff993dc407e649450ae4a0f1e1fd75aedb08d8160e47372e9b62d");
}

TEST(Signature, derives_the_masked_key_from_its_published_first_step) {
  const Digest of_date = digest_of("da98fb70dcf6b112dc21038d1eeeb3a95c74b4dcb12c1131f864f6066bd02be0");
  const auto view = [](const Digest& digest) {
    return std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size());
  };
  const Digest of_service = hmac_sha256(view(of_date), "cvm");
  EXPECT_EQ(hex_digest(of_service), "8d70cbefb03939f929db64d32dc2ba89b1095620119fe3e050e2b18c5bd2752f");
  EXPECT_EQ(hex_digest(hmac_sha256(view(of_service), "tc3_request")),
            "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af");
}

TEST(Signature, writes_the_authorization_header_that_a_client_sends) {
  EXPECT_EQ(tc3_authorization({.host = "ses.tencentcloudapi.com", .body = "{}", .timestamp_s = 1767225600},
                              kSecretId, kSecretKey),
            "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2026-01-01/ses/tc3_request, "
            "SignedHeaders=content-type;host, "
            "Signature=067f6da93d7440793f50a2bce1c9fac47698e8ab0373213b0d55826191838990");
}

TEST(Signature, dates_the_scope_in_utc) {
  EXPECT_EQ(scope_date(1767225599), "2025-12-31");
  EXPECT_EQ(scope_date(1767225600), "2026-01-01");
  EXPECT_EQ(scope_date(-1), "1970-01-01");
  EXPECT_EQ(scope_date(INT64_MAX), "9999-12-31");
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(SignatureV1, agrees_with_the_published_example) {
  const std::string text =
      "GETcvm.tencentcloudapi.com/?Action=DescribeInstances&InstanceIds.0=ins-09dx96dg&Limit=20&Nonce=11886"
      "&Offset=0&Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE&Timestamp=1465185768"
      "&Version=2017-03-12";
  EXPECT_EQ(v1_signature(V1Method::hmac_sha1, kSecretKey, text), "EliP9YW3pW28FpsEdkXt/+WcGeI=");
  std::string other = text;
  other.insert(other.find("&Timestamp"), "&SignatureMethod=HmacSHA256");
  EXPECT_EQ(v1_signature(V1Method::hmac_sha256, kSecretKey, other),
            "A8uy2/o7WBZXYCTWEFpMrVGhGBVlEGIOioeqRM+fzFs=");
}

TEST(SignatureV1, sorts_names_by_bytes_and_leaves_the_signature_out) {
  const Pairs pairs{{"Timestamp", "1767225600"},
                    {"Offset", "0"},
                    {"Signature", "left out"},
                    {"Limit", "10"},
                    {"Nonce", "11886"},
                    {"Action", "ListEmailTemplates"},
                    {"Region", "ap-guangzhou"},
                    {"Version", "2020-10-02"},
                    {"SecretId", std::string(kSecretId)}};
  const std::string text = v1_text("GET", "ses.tencentcloudapi.com", pairs);
  EXPECT_EQ(text,
            "GETses.tencentcloudapi.com/?Action=ListEmailTemplates&Limit=10&Nonce=11886&Offset=0"
            "&Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE&Timestamp=1767225600"
            "&Version=2020-10-02");
  EXPECT_EQ(v1_signature(V1Method::hmac_sha1, kSecretKey, text), "ooUe9XCsKRAglU9nM0a6jPb8kKw=");
  Pairs with_method = pairs;
  with_method.emplace_back("SignatureMethod", "HmacSHA256");
  EXPECT_EQ(
      v1_signature(V1Method::hmac_sha256, kSecretKey, v1_text("GET", "ses.tencentcloudapi.com", with_method)),
      "gdJju4gpB03HCvwWJDqvMpQWfmKLZZty4ZUQAfarMQs=");
}

TEST(SignatureV1, signs_raw_values_without_percent_encoding) {
  const Pairs pairs{{"Action", "SendEmail"},
                    {"Destination.0", "a@example.net"},
                    {"Destination.1", "b@example.net"},
                    {"FromEmailAddress", "Shop <noreply@mail.example.com>"},
                    {"Nonce", "1"},
                    {"Region", "ap-guangzhou"},
                    {"SecretId", std::string(kSecretId)},
                    {"SignatureMethod", "HmacSHA256"},
                    {"Subject", "hi there"},
                    {"Template.TemplateData", R"({"k":"v&w=1"})"},
                    {"Template.TemplateID", "7"},
                    {"Timestamp", "1767225600"},
                    {"Version", "2020-10-02"}};
  EXPECT_EQ(
      v1_signature(V1Method::hmac_sha256, kSecretKey, v1_text("POST", "ses.tencentcloudapi.com", pairs)),
      "4GOu7JaS7PZRCbVx2XqNqwc1zheHVmf8NIk4MVlFdUE=");
}

}  // namespace
}  // namespace sesame::cloudapi
