#include "cloudapi/authenticator.hpp"

#include "base/ascii.hpp"
#include "base/secret.hpp"
#include "cloudapi/errors.hpp"
#include "cloudapi/signature.hpp"

namespace sesame::cloudapi {

namespace {

constexpr std::size_t kShownHostBytes = 100;
constexpr std::size_t kHashedAgainBytes = 64 * 1024;

}  // namespace

using CredentialResult = Result<SigningKeys::CredentialPointer>;

std::string_view signature_of(const net::HttpRequest& request, const RequestHead& head) {
  // The Ruby SDK ends the base64 of version 1 with a line feed.
  if (head.signing == RequestHead::Signing::v1) return ascii::trim(head.parameter("Signature"));
  const auto parsed = parse_authorization(request.header("authorization"));
  return parsed ? parsed->signature : std::string_view();
}

CredentialResult Authenticator::authenticate(const net::HttpRequest& request, const RequestHead& head,
                                             std::int64_t now_s, std::string* payload_hash) {
  CredentialResult found = head.signing == RequestHead::Signing::tc3
                               ? check_tc3(request, head, now_s, payload_hash)
                               : check_v1(request, head, now_s);
  if (found && !head.token.empty() && (*found)->parent == nullptr) return Error(errors::kToken);
  return found;
}

Status Authenticator::judge_head(const net::HttpRequest& request, const RequestHead& head,
                                 std::int64_t now_s) const {
  auto parsed = parse_authorization(request.header("authorization"));
  if (!parsed) return std::move(parsed).error();
  CredentialResult credential = find_tc3(*parsed, head, now_s);
  if (!credential) return std::move(credential).error();
  return Done{};
}

CredentialResult Authenticator::find_tc3(const Authorization& authorization, const RequestHead& head,
                                         std::int64_t now_s) const {
  if (Status in_time = check_clock(head, now_s); !in_time) return std::move(in_time).error();
  if (authorization.date != scope_date(head.timestamp_s)) {
    return Error(errors::kAuthMalformed).with("rule", "auth_date");
  }
  return find(authorization.secret_id, head.token, now_s);
}

CredentialResult Authenticator::check_tc3(const net::HttpRequest& request, const RequestHead& head,
                                          std::int64_t now_s, std::string* payload_hash) {
  auto parsed = parse_authorization(request.header("authorization"));
  if (!parsed) return std::move(parsed).error();
  const Authorization& authorization = *parsed;
  CredentialResult credential = find_tc3(authorization, head, now_s);
  if (!credential) return credential;
  const auto [key, cached] = signing_keys_.key_for(*credential, authorization.date, authorization.service);
  if (!signature_matches(request, authorization, key, head.timestamp, payload_hash))
    return wrong_signature(request, authorization, key, head.timestamp);
  // A temporary credential is a new object in each request: its key would never be found again.
  if (!cached && (*credential)->parent == nullptr) {
    signing_keys_.keep(*credential, authorization.date, authorization.service, key);
  }
  return credential;
}

CredentialResult Authenticator::check_v1(const net::HttpRequest& request, const RequestHead& head,
                                         std::int64_t now_s) const {
  if (Status in_time = check_clock(head, now_s); !in_time) return std::move(in_time).error();
  CredentialResult credential = find(head.parameter("SecretId"), head.token, now_s);
  if (!credential) return credential;
  const V1Method method =
      head.parameter("SignatureMethod") == "HmacSHA256" ? V1Method::hmac_sha256 : V1Method::hmac_sha1;
  for (const std::string& host : host_spellings(request.header("host"))) {
    const std::string text = v1_text(request.method, host, head.signed_parameters);
    const std::string expected = v1_signature(method, (*credential)->secret_key.reveal(), text);
    if (constant_time_equal(expected, signature_of(request, head))) return credential;
  }
  return Error(errors::kWrongSignature)
      .because("the request came with Host `" +
               std::string(request.header("host").substr(0, kShownHostBytes)) + "`");
}

/// For the log: most signatures are wrong because a proxy replaced the Host that the client had signed.
Error Authenticator::wrong_signature(const net::HttpRequest& request, const Authorization& authorization,
                                     const Digest& key, std::string_view timestamp) const {
  const std::string came(request.header("host").substr(0, kShownHostBytes));
  std::string cause = "the request came with Host `" + came + "`";
  // A large body is not hashed again for a line of the log.
  if (request.body.size() <= kHashedAgainBytes) {
    std::vector<std::string> hosts{
        std::string(request.header("x-forwarded-host").substr(0, kShownHostBytes))};
    hosts.insert(hosts.end(), own_hosts_.begin(), own_hosts_.end());
    const std::string host = signed_host(request, authorization, key, timestamp, hosts);
    if (!host.empty()) {
      return Error(errors::kWrongSignature)
          .because(
              "signed for Host `" + host + "`, but " + cause +
              ": the proxy has to pass on the Host that it gets (nginx: proxy_set_header Host $http_host)");
    }
  }
  return Error(errors::kWrongSignature)
      .because(cause + "; a proxy has to pass on the Host that the client signed");
}

Status Authenticator::check_clock(const RequestHead& head, std::int64_t now_s) const {
  const std::int64_t window = clock_window_.count();
  if (head.timestamp_s >= now_s - window && head.timestamp_s <= now_s + window) return Done{};
  return Error(errors::kAuthExpired).with("value", head.timestamp).with("limit", std::to_string(now_s));
}

CredentialResult Authenticator::find(std::string_view secret_id, std::string_view token,
                                     std::int64_t now_s) const {
  SigningKeys::CredentialPointer credential = keyring_.find(secret_id);
  if (credential != nullptr && credential->enabled) return credential;
  if (accounts::SessionTokens::is_temporary_id(secret_id)) {
    return token.empty() ? CredentialResult(Error(errors::kToken)) : tokens_.open(secret_id, token, now_s);
  }
  return Error(errors::kUnknownId);
}

}  // namespace sesame::cloudapi
