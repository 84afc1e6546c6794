#include <gtest/gtest.h>

#include "cloudapi/authenticator.hpp"
#include "cloudapi/form.hpp"
#include "cloudapi/published_signing_fixture.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/signed_request.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::cloudapi {
namespace {

constexpr int kRounds = 2000;
// Midnights of UTC: the turn of a year, before and after a leap day, and of a month.
constexpr std::int64_t kMidnights[] = {1767225600, 1835395200, 1835481600, 1780272000};

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
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <class List>
  auto& any_of(List& list) {
    return list[below(std::size(list))];
  }
  template <class List>
  void shuffle(List& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
  }

  /// Any bytes, those with a meaning in queries and forms more often than chance would have it.
  std::string text(std::size_t bytes_max) {
    static constexpr std::string_view kSpecial = "&=+%?#;/ .\"{}<>\n\\";
    std::string made(below(bytes_max + 1), '\0');
    for (char& c : made) {
      c = one_in(3) ? any_of(kSpecial) : static_cast<char>(random_.next());
    }
    return made;
  }
  /// The characters of a header's value: printable, in both cases, with what separates elsewhere, beyond
  /// ASCII too.
  std::string header_text() {
    static constexpr std::string_view kBytes = "abcxyzABCXYZ019 :;,=/\"\\()_-\xc3\xa9\xc3\x89";
    std::string made = "v";
    for (std::size_t i = below(20); i > 0; --i) made += any_of(kBytes);
    return made + "W";
  }
  std::string padded(std::string value) {
    static constexpr std::string_view kPads[] = {"", "", " ", "\t", "  \t "};
    return std::string(any_of(kPads)) + value + std::string(any_of(kPads));
  }
  std::string any_case(std::string value) {
    for (char& c : value) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (letter && one_in(3)) c = static_cast<char>(c ^ 32);
    }
    return value;
  }
  std::string host() {
    static constexpr std::string_view kHosts[] = {
        "ses.tencentcloudapi.com", "127.0.0.1:8080",        "localhost",
        "Sesame.Test:443",         "http://127.0.0.1:8080", "[::1]:8080"};
    return std::string(any_of(kHosts));
  }

  /// As clients do: every byte but letters and digits, or only what has to be.
  std::string encode(std::string_view bytes) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    const bool plus = one_in(2);
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
    const auto credential = authenticator_.authenticate(request, *head, now_s_);
    return credential ? "signed" : credential.error().reason();
  }

  struct Signer {
    std::string id{testkit::kSecretId}, key{testkit::kSecretKey}, token;
  };
  Signer signer() {
    if (!one_in(3)) return {};
    const auto issued = tokens_.issue(*keyring_.find(testkit::kSecretId), {},
                                      now_s_ + 1 + static_cast<std::int64_t>(below(900)), random_);
    return {issued.pair.secret_id, std::string(issued.pair.secret_key.reveal()), issued.token};
  }

  /// The signed parts, and the request that carries them.
  struct Signed {
    published::Tc3 call;
    net::HttpRequest request;
  };

  Signed tc3() {
    now_s_ = any_of(kMidnights) + static_cast<std::int64_t>(below(401)) - 200;
    const Signer by = signer();
    const bool get = one_in(2);
    Signed made;
    published::Tc3& call = made.call;
    call.method = get ? "GET" : "POST";
    call.body = get ? "" : text(60);
    for (std::size_t i = below(4); get && i > 0; --i) {
      call.query += (call.query.empty() ? "" : "&") + encode(text(9)) + "=" + encode(text(9));
    }
    call.secret_id = by.id;
    call.secret_key = by.key;
    call.service = one_in(2) ? "ses" : "127";
    call.timestamp_s = now_s_ + static_cast<std::int64_t>(below(601)) - 300;
    call.day = published::utc_day(call.timestamp_s);
    call.unsigned_payload = one_in(4);
    call.signed_headers = headers_to_sign(call);
    made.request.method = call.method;
    made.request.target = call.query.empty() ? "/" : "/?" + call.query;
    made.request.body = call.body;
    carry(made, by);
    return made;
  }

  /// content-type and host, and any of the others.
  std::vector<std::pair<std::string, std::string>> headers_to_sign(const published::Tc3& call) {
    const bool get = call.method == "GET";
    const std::string type = get ? "application/x-www-form-urlencoded" : "application/json";
    std::vector<std::pair<std::string, std::string>> all{
        {"content-type", padded(any_case(type) + (one_in(3) ? "; charset=UTF-8" : ""))},
        {"host", padded(host())}};
    std::vector<std::pair<std::string, std::string>> more{
        {"x-tc-action", "ListReceivers"},        {"x-tc-version", "2020-10-02"},
        {"x-tc-region", padded("ap-Guangzhou")}, {"x-tc-timestamp", std::to_string(call.timestamp_s)},
        {"user-agent", padded(header_text())},   {"x-tc-requestclient", padded(header_text())},
        {"x-shop-order", padded(header_text())}};
    shuffle(more);
    more.resize(below(more.size() + 1));
    all.insert(all.end(), more.begin(), more.end());
    shuffle(all);
    return all;
  }

  /// Puts the headers into the request, in another order than they are signed in and in any case.
  void carry(Signed& made, const Signer& by) {
    net::HttpRequest& request = made.request;
    for (const auto& [name, value] : made.call.signed_headers)
      request.headers.push_back({any_case(name), value});
    const std::pair<std::string_view, std::string> needed[] = {
        {"X-TC-Action", "ListReceivers"},
        {"X-TC-Version", "2020-10-02"},
        {"X-TC-Timestamp", std::to_string(made.call.timestamp_s)},
        {"X-TC-Token", by.token},
        {"X-TC-Content-SHA256", made.call.unsigned_payload ? "UNSIGNED-PAYLOAD" : ""},
        {"X-Not-Signed", header_text()},
        {"Authorization", published::authorization(made.call)}};
    for (const auto& [name, value] : needed) {
      if (!value.empty() && !request.has_header(name)) request.headers.push_back({std::string(name), value});
    }
    shuffle(request.headers);
  }

  static net::HttpHeader& header_of(net::HttpRequest& request, std::string_view name) {
    return *std::find_if(request.headers.begin(), request.headers.end(), [&](const net::HttpHeader& header) {
      return published::signed_value(header.name) == published::signed_value(name);
    });
  }

  std::vector<Parameter> v1_parameters() {
    now_s_ = any_of(kMidnights);
    signer_ = signer();
    std::vector<Parameter> all{{"Action", "SendEmail"},
                               {"Version", "2020-10-02"},
                               {"Timestamp", std::to_string(now_s_)},
                               {"Nonce", std::to_string(1 + below(1'000'000))},
                               {"SecretId", signer_.id}};
    if (!signer_.token.empty()) all.emplace_back("Token", signer_.token);
    for (std::size_t i = below(6); i > 0; --i) all.emplace_back("x" + std::to_string(i) + text(7), text(20));
    return all;
  }
  net::HttpRequest v1(std::vector<Parameter> all) {
    const bool get = one_in(2), sha256 = one_in(2);
    if (sha256) all.emplace_back("SignatureMethod", "HmacSHA256");
    const std::string host = this->host();
    all.emplace_back("Signature", published::v1_signature(sha256 ? EVP_sha256() : EVP_sha1(), signer_.key,
                                                          get ? "GET" : "POST", host, all));
    std::string form;
    shuffle(all);
    for (const auto& [name, value] : all)
      form += (form.empty() ? "" : "&") + encode(name) + "=" + encode(value);
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
  std::int64_t now_s_ = 0;  // The server's clock in this round.
  Signer signer_;           // The version 1 parameters of this round.
};

TEST_F(SigningPropertyTest, what_tc3_signs_verifies) {
  for (int i = 0; i < kRounds; ++i) {
    const Signed made = tc3();
    ASSERT_EQ(outcome(made.request), "signed")
        << "round " << i << ": " << made.request.target << " " << made.request.header("authorization");
  }
}

TEST_F(SigningPropertyTest, tc3_notices_a_changed_body_or_query) {
  for (int i = 0; i < kRounds; ++i) {
    auto [call, request] = tc3();
    if (request.method == "GET") {
      request.target += request.target == "/" ? "?a=b" : "&a=b";
    } else {
      request.body.insert(below(request.body.size() + 1), 1, 'x');
    }
    const bool unsigned_body = request.method == "POST" && call.unsigned_payload;
    ASSERT_EQ(outcome(request), unsigned_body ? "signed" : "auth.wrong_signature") << "round " << i;
  }
}

TEST_F(SigningPropertyTest, tc3_notices_a_changed_clock_and_day) {
  for (int i = 0; i < kRounds; ++i) {
    auto [call, request] = tc3();
    net::HttpHeader& clock = header_of(request, "x-tc-timestamp");
    clock.value = std::to_string(now_s_ + (one_in(2) ? 301 : -301));
    ASSERT_EQ(outcome(request), "auth.expired") << "round " << i;
    const std::int64_t other = call.timestamp_s + (call.timestamp_s > now_s_ ? -1 : 1);
    clock.value = std::to_string(other);
    const bool same_day = published::utc_day(other) == call.day;
    ASSERT_EQ(outcome(request), same_day ? "auth.wrong_signature" : "auth.malformed") << "round " << i;
    // Signed well, but for the day before or after: as who names the day of their own zone.
    clock.value = std::to_string(call.timestamp_s);
    call.day = published::utc_day(call.timestamp_s + (one_in(2) ? 86'400 : -86'400));
    header_of(request, "authorization").value = published::authorization(call);
    ASSERT_EQ(outcome(request), "auth.malformed") << "round " << i;
  }
}

TEST_F(SigningPropertyTest, tc3_notices_a_changed_signed_header) {
  for (int i = 0; i < kRounds; ++i) {
    auto [call, request] = tc3();
    header_of(request, "x-not-signed").value += "x";
    ASSERT_EQ(outcome(request), "signed") << "round " << i << ": a header that is not signed";
    const auto& [name, value] = any_of(call.signed_headers);
    if (name == "x-tc-timestamp") continue;
    net::HttpHeader& header = header_of(request, name);
    if (name == "content-type") {
      header.value += header.value.find(';') == std::string::npos ? "; charset=x" : "x";
    } else {
      header.value = name == "host" ? "other.test" : header.value + "x";
    }
    ASSERT_EQ(outcome(request), "auth.wrong_signature") << "round " << i << ": " << name;
  }
}

TEST_F(SigningPropertyTest, tc3_notices_a_changed_list_of_signed_headers) {
  for (int i = 0; i < kRounds; ++i) {
    auto [call, request] = tc3();
    std::string& authorization = header_of(request, "authorization").value;
    const std::size_t begin = authorization.find("SignedHeaders=") + 14;
    authorization.insert(begin, one_in(2) ? "x-not-signed;" : "host;");
    ASSERT_EQ(outcome(request), "auth.wrong_signature") << "round " << i << ": " << authorization;
  }
}

TEST_F(SigningPropertyTest, a_temporary_id_needs_its_own_token) {
  int seen = 0;
  for (int i = 0; i < kRounds; ++i) {
    auto [call, request] = tc3();
    if (!request.has_header("x-tc-token")) {
      request.headers.push_back({"X-TC-Token", "any"});
      ASSERT_EQ(outcome(request), "auth.token") << "round " << i << ": with a permanent id";
      continue;
    }
    ++seen;
    net::HttpHeader& token = header_of(request, "x-tc-token");
    const std::string right = token.value;
    Signer other;
    while (other.token.empty()) other = signer();
    token.value = other.token;
    ASSERT_EQ(outcome(request), "accounts.token_wrong") << "round " << i << ": the token of another id";
    token.value = right.substr(0, right.size() - 1 - below(right.size() - 1));
    ASSERT_EQ(outcome(request), "accounts.token_wrong") << "round " << i << ": cut short";
    token.value.clear();
    ASSERT_EQ(outcome(request), "auth.token") << "round " << i;
    token.value = right;
    ASSERT_EQ(outcome(request), "signed") << "round " << i;
  }
  EXPECT_GT(seen, kRounds / 5);
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
