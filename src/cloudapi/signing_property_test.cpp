#include <gtest/gtest.h>

#include "cloudapi/authenticator.hpp"
#include "cloudapi/form.hpp"
#include "cloudapi/signature.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/signed_request.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::cloudapi {
namespace {

constexpr std::int64_t kNow = 1767225600;
constexpr int kRounds = 2000;

// Whatever is signed by the published rules verifies; whatever is changed afterwards does not.
class SigningPropertyTest : public testing::Test {
 protected:
  SigningPropertyTest() {
    accounts::Credential credential;
    credential.secret_id = testkit::kSecretId;
    credential.secret_key = Secret(std::string(testkit::kSecretKey));
    keyring_.put(std::move(credential));
  }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.next() % bound); }

  /// Any bytes, those with a meaning in queries and forms more often than chance would have it.
  std::string text(std::size_t bytes_max) {
    static constexpr std::string_view kSpecial = "&=+%?#;/ .\"{}<>\n\\";
    std::string made(below(bytes_max + 1), '\0');
    for (char& c : made) {
      c = below(3) == 0 ? kSpecial[below(kSpecial.size())] : static_cast<char>(random_.next());
    }
    return made;
  }
  std::string host() {
    static constexpr std::string_view kHosts[] = {
        "ses.tencentcloudapi.com", "127.0.0.1:8080",        "localhost",
        "Sesame.Test:443",         "http://127.0.0.1:8080", "[::1]:8080"};
    return std::string(kHosts[below(std::size(kHosts))]);
  }

  /// As clients do: every byte but letters and digits, or only what has to be.
  std::string encode(std::string_view bytes) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    const bool plus = below(2) == 0;
    std::string out;
    for (const char c : bytes) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.') {
        out += c;
      } else if (c == ' ' && plus) {
        out += '+';
      } else {
        out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
      }
    }
    return out;
  }

  std::string_view outcome(const net::HttpRequest& request) {
    const auto head = read_head(request);
    if (!head) return head.error().reason();
    const auto credential = authenticator_.authenticate(request, *head, kNow);
    return credential ? "signed" : credential.error().reason();
  }

  net::HttpRequest tc3() {
    const bool get = below(2) == 0;
    Tc3Request signing;
    const std::string host = this->host(), body = get ? "" : text(60);
    std::string query;
    for (std::size_t i = below(4); get && i > 0; --i) query += "&" + encode(text(9)) + "=" + encode(text(9));
    signing.method = get ? "GET" : "POST";
    signing.host = host;
    signing.content_type = get ? "application/x-www-form-urlencoded" : "application/json";
    signing.query = query;
    signing.body = body;
    signing.service = below(2) == 0 ? "ses" : "127";
    signing.timestamp_s = kNow + static_cast<std::int64_t>(below(601)) - 300;
    signing.unsigned_payload = below(4) == 0;
    net::HttpRequest request;
    request.method = signing.method;
    request.target = query.empty() ? "/" : "/?" + query;
    request.body = body;
    request.headers = {
        {"Host", host},
        {"Content-Type", std::string(signing.content_type)},
        {"X-TC-Action", "ListReceivers"},
        {"X-TC-Version", "2020-10-02"},
        {"X-TC-Timestamp", std::to_string(signing.timestamp_s)},
        {"Authorization", tc3_authorization(signing, testkit::kSecretId, testkit::kSecretKey)}};
    if (signing.unsigned_payload) {
      request.headers.push_back({"X-TC-Content-SHA256", std::string(kUnsignedPayload)});
    }
    return request;
  }

  std::vector<Parameter> v1_parameters() {
    std::vector<Parameter> all{{"Action", "SendEmail"},
                               {"Version", "2020-10-02"},
                               {"Timestamp", std::to_string(kNow)},
                               {"Nonce", std::to_string(1 + below(1'000'000))},
                               {"SecretId", std::string(testkit::kSecretId)}};
    for (std::size_t i = below(6); i > 0; --i) all.emplace_back("x" + std::to_string(i) + text(7), text(20));
    return all;
  }
  net::HttpRequest v1(std::vector<Parameter> all) {
    const bool get = below(2) == 0, sha256 = below(2) == 0;
    if (sha256) all.emplace_back("SignatureMethod", "HmacSHA256");
    const std::string host = this->host();
    const std::string signature = v1_signature(sha256 ? V1Method::hmac_sha256 : V1Method::hmac_sha1,
                                               testkit::kSecretKey, v1_text(get ? "GET" : "POST", host, all));
    all.emplace_back("Signature", signature);
    std::string form;
    while (!all.empty()) {  // In any order.
      const std::size_t at = below(all.size());
      form += (form.empty() ? "" : "&") + encode(all[at].first) + "=" + encode(all[at].second);
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(at));
    }
    net::HttpRequest request;
    request.method = get ? "GET" : "POST";
    request.target = get ? "/?" + form : "/";
    request.headers = {{"Host", host}};
    if (!get) {
      request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
      request.body = form;
    }
    return request;
  }

  testkit::SeededRandom random_{20261123};
  testkit::TempDir folder_;
  accounts::SecretBox box_ = accounts::SecretBox::open(folder_.path(), random_).value();
  accounts::Keyring keyring_;
  accounts::SessionTokens tokens_{box_, keyring_};
  Authenticator authenticator_{keyring_, tokens_, std::chrono::seconds(300)};
};

TEST_F(SigningPropertyTest, what_tc3_signs_verifies) {
  for (int i = 0; i < kRounds; ++i) {
    const net::HttpRequest request = tc3();
    ASSERT_EQ(outcome(request), "signed") << "round " << i << ": " << request.target;
  }
}

TEST_F(SigningPropertyTest, tc3_notices_a_changed_body_query_or_clock) {
  for (int i = 0; i < kRounds; ++i) {
    net::HttpRequest request = tc3();
    const bool unsigned_payload = request.has_header("x-tc-content-sha256");
    if (request.method == "GET") {
      request.target += request.target == "/" ? "?a=b" : "&a=b";
    } else if (unsigned_payload) {
      request.body += "x";
      ASSERT_EQ(outcome(request), "signed") << "the body is not part of it";
      testkit::set_header(request, "X-TC-Timestamp", std::to_string(kNow + 1000));
      ASSERT_EQ(outcome(request), "auth.expired");
      continue;
    } else {
      request.body.insert(below(request.body.size() + 1), 1, 'x');
    }
    ASSERT_EQ(outcome(request), "auth.wrong_signature") << "round " << i;
  }
}

TEST_F(SigningPropertyTest, what_version_1_signs_verifies_however_it_is_encoded_and_ordered) {
  for (int i = 0; i < kRounds; ++i) {
    const net::HttpRequest request = v1(v1_parameters());
    ASSERT_EQ(outcome(request), "signed") << "round " << i << ": " << request.target << request.body;
  }
}

TEST_F(SigningPropertyTest, version_1_notices_a_parameter_more) {
  for (int i = 0; i < kRounds; ++i) {
    net::HttpRequest request = v1(v1_parameters());
    (request.method == "GET" ? request.target : request.body) += "&More=1";
    ASSERT_EQ(outcome(request), "auth.wrong_signature") << "round " << i;
  }
}

}  // namespace
}  // namespace sesame::cloudapi
