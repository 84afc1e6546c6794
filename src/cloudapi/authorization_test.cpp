#include "cloudapi/authorization.hpp"

#include <gmock/gmock.h>

#include "net/http_server.hpp"

namespace sesame::cloudapi {
namespace {

using testing::ElementsAre;

std::string header_with(std::string_view credential, std::string_view signed_headers = "content-type;host") {
  return "TC3-HMAC-SHA256 Credential=" + std::string(credential) +
         ", SignedHeaders=" + std::string(signed_headers) + ", Signature=abc";
}

std::string_view fault(const std::string& header) {
  static std::string rule;
  auto parsed = parse_authorization(header);
  if (parsed) return "none";
  EXPECT_EQ(parsed.error().reason(), "auth.malformed");
  rule = parsed.error().facts().at(0).value;
  return rule;
}

TEST(Authorization, takes_the_header_apart) {
  const std::string header = header_with("AKIDx/2026-01-01/ses/tc3_request");
  const auto parsed = parse_authorization(header);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->secret_id, "AKIDx");
  EXPECT_EQ(parsed->date, "2026-01-01");
  EXPECT_EQ(parsed->service, "ses");
  EXPECT_EQ(parsed->signed_header_list, "content-type;host");
  EXPECT_THAT(parsed->signed_headers, ElementsAre("content-type", "host"));
  EXPECT_EQ(parsed->signature, "abc");
}

TEST(Authorization, allows_more_blanks_and_another_order) {
  EXPECT_EQ(fault("TC3-HMAC-SHA256   Signature=a,Credential=i/2026-01-01/ses/tc3_request ,  "
                  "SignedHeaders=host;content-type"),
            "none");
}

TEST(Authorization, splits_the_credential_from_the_right) {
  const std::string header = header_with("AKID/with/slashes/2026-01-01/localhost:8080/tc3_request");
  const auto parsed = parse_authorization(header);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->secret_id, "AKID/with/slashes");
  EXPECT_EQ(parsed->service, "localhost:8080");
}

TEST(Authorization, names_the_rule_that_is_broken) {
  EXPECT_EQ(fault(""), "auth_syntax");
  EXPECT_EQ(fault("SKIP"), "auth_syntax");
  EXPECT_EQ(fault("TC3-HMAC-SHA256"), "auth_syntax");
  EXPECT_EQ(fault("TC3-HMAC-SHA256Credential=a"), "auth_syntax");
  EXPECT_EQ(fault("TC3-HMAC-SHA256 Credential=i/2026-01-01/ses/tc3_request"), "auth_syntax");
  EXPECT_EQ(fault(header_with("i/2026-01-01/ses/tc3_request") + ", Signature=b"), "auth_syntax");
  EXPECT_EQ(fault(header_with("i/2026-01-01/ses/tc3_request") + ", Extra=b"), "auth_syntax");
  EXPECT_EQ(fault(header_with("i/2026-01-01/ses/aws4_request")), "auth_syntax");
  EXPECT_EQ(fault(header_with("/2026-01-01/ses/tc3_request")), "auth_syntax");
  EXPECT_EQ(fault(header_with("tc3_request")), "auth_syntax");
  EXPECT_EQ(fault(header_with("i/2026-01-01//tc3_request")), "auth_service");
  EXPECT_EQ(fault(header_with("i/20260101/ses/tc3_request")), "auth_date");
  EXPECT_EQ(fault(header_with("i/2026-01-01/ses/tc3_request", "host")), "auth_headers");
}

TEST(Authorization, refuses_parts_beyond_their_limits) {
  EXPECT_EQ(fault(header_with(std::string(129, 'i') + "/2026-01-01/ses/tc3_request")), "auth_syntax");
  EXPECT_EQ(fault(header_with("i/2026-01-01/" + std::string(129, 's') + "/tc3_request")), "auth_service");
  std::string many = "content-type;host";
  for (int i = 0; i < 31; ++i) many += ";x";
  EXPECT_EQ(fault(header_with("i/2026-01-01/ses/tc3_request", many)), "auth_syntax");
}

TEST(HostSpellings, are_those_that_the_official_clients_sign) {
  EXPECT_THAT(host_spellings("ses.example.test"), ElementsAre("ses.example.test"));
  EXPECT_THAT(host_spellings("127.0.0.1:8080"), ElementsAre("127.0.0.1:8080", "127.0.0.1"));
  EXPECT_THAT(host_spellings("http://127.0.0.1:8080"),
              ElementsAre("http://127.0.0.1:8080", "http://127.0.0.1", "127.0.0.1:8080", "127.0.0.1"));
  EXPECT_THAT(host_spellings("Host.Test:80"),
              ElementsAre("host.test:80", "host.test", "Host.Test:80", "Host.Test"));
  EXPECT_THAT(host_spellings("[::1]:8080"), ElementsAre("[::1]:8080", "[::1]"));
  EXPECT_THAT(host_spellings(""), ElementsAre(""));
}

SigningKeys::CredentialPointer credential(std::string id, std::string key) {
  accounts::Credential made;
  made.secret_id = std::move(id);
  made.secret_key = Secret(std::move(key));
  return std::make_shared<const accounts::Credential>(std::move(made));
}

TEST(SigningKeysTest, keeps_a_key_for_its_credential_day_and_service_only) {
  SigningKeys keys;
  const auto owner = credential("id", "secret");
  const Digest marked{1, 2, 3};
  keys.keep(owner, "2026-01-01", "ses", marked);
  EXPECT_EQ(keys.key_for(owner, "2026-01-01", "ses").key, marked);
  EXPECT_EQ(keys.key_for(owner, "2026-01-02", "ses").key, tc3_signing_key("secret", "2026-01-02", "ses"));
  EXPECT_EQ(keys.key_for(owner, "2026-01-01", "127").key, tc3_signing_key("secret", "2026-01-01", "127"));
  const auto changed = credential("id", "another");
  EXPECT_EQ(keys.key_for(changed, "2026-01-01", "ses").key, tc3_signing_key("another", "2026-01-01", "ses"));
}

TEST(SigningKeysTest, forgets_all_at_its_limit) {
  SigningKeys keys(2);
  const auto owner = credential("id", "secret");
  const Digest marked{1, 2, 3};
  for (const std::string_view service : {"a", "b", "c"}) keys.keep(owner, "2026-01-01", service, marked);
  EXPECT_NE(keys.key_for(owner, "2026-01-01", "a").key, marked);
  EXPECT_EQ(keys.key_for(owner, "2026-01-01", "c").key, marked);
}

}  // namespace
}  // namespace sesame::cloudapi
