#include "cloudapi/authorization.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/secret.hpp"
#include "cloudapi/errors.hpp"
#include "net/http_server.hpp"

namespace sesame::cloudapi {
namespace {

constexpr std::string_view kAlgorithm = "TC3-HMAC-SHA256";
constexpr std::string_view kScopeEnd = "tc3_request";
constexpr std::size_t kSecretIdBytesMax = 128;
constexpr std::size_t kServiceBytesMax = 128;  // Some clients put a host name there.
constexpr std::size_t kSignedHeadersMax = 32;

// The names of the rules stand in the description ("rules" in api/ses-2020-10-02.json).
Error malformed(std::string_view rule) {
  return Error(errors::kAuthMalformed).with("rule", std::string(rule));
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  return std::count_if(text.begin(), text.end(), ascii::is_digit) == 8;
}

// Splits from the right: the service may contain a ':', a secret id every character but the separators.
Status read_credential(std::string_view credential, Authorization& out) {
  const auto cut_last = [&credential]() -> std::string_view {
    const std::size_t slash = credential.rfind('/');
    if (slash == std::string_view::npos) return {};
    const std::string_view part = credential.substr(slash + 1);
    credential = credential.substr(0, slash);
    return part;
  };
  if (cut_last() != kScopeEnd) return malformed("auth_syntax");
  out.service = cut_last();
  out.date = cut_last();
  out.secret_id = credential;
  if (out.service.empty() || out.service.size() > kServiceBytesMax) {
    return malformed("auth_service");
  }
  if (!is_date(out.date)) return malformed("auth_date");
  if (out.secret_id.empty() || out.secret_id.size() > kSecretIdBytesMax) {
    return malformed("auth_syntax");
  }
  return Done{};
}

Status read_signed_headers(std::string_view list, Authorization& out) {
  out.signed_header_list = list;
  out.signed_headers = ascii::split(list, ';');
  if (out.signed_headers.size() > kSignedHeadersMax) return malformed("auth_syntax");
  const auto signs = [&](std::string_view name) {
    return std::find(out.signed_headers.begin(), out.signed_headers.end(), name) != out.signed_headers.end();
  };
  if (!signs("content-type") || !signs("host")) {
    return malformed("auth_headers");
  }
  return Done{};
}

std::string_view without_scheme(std::string_view host) {
  const std::size_t end = host.find("://");
  return end == std::string_view::npos ? host : host.substr(end + 3);
}

std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == host.size()) return host;
  const std::string_view port = host.substr(colon + 1);
  return std::all_of(port.begin(), port.end(), ascii::is_digit) ? host.substr(0, colon) : host;
}

void add_once(std::vector<std::string>& list, std::string text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

std::string key_name(std::string_view secret_id, std::string_view date, std::string_view service) {
  std::string name;
  name.reserve(secret_id.size() + date.size() + service.size() + 2);
  return name.append(secret_id).append("/").append(date).append("/").append(service);
}

// One request's signature under its spellings; parts that are equal in all are computed once.
class Verification {
 public:
  Verification(const net::HttpRequest& request, const Authorization& authorization, const Digest& key,
               std::string_view timestamp, std::string payload_hash)
      : request_(request),
        authorization_(authorization),
        key_(key),
        timestamp_(timestamp),
        payload_hash_(std::move(payload_hash)) {
    if (request.method == "GET") query_ = request.query();
    for (const std::string_view name : authorization.signed_headers) {
      raw_.emplace_back(ascii::trim(request.header(name)));
      lower_.push_back(ascii::lower(raw_.back()));
      if (name == "host") host_at_ = raw_.size() - 1;
    }
  }

  /// Compares with this digest, in hex, of the signature instead of the signature itself.
  void expect_digest(std::string_view digest) { signature_digest_ = digest; }

  bool matches_any_spelling() {
    // Nearly every client signs this spelling; the list of the others is made for the rest only.
    if (matches(lower_, "/")) return true;
    return matches_host(std::string(raw_[host_at_]));
  }

  bool matches_host(const std::string& signed_host) {
    for (const std::string& host : host_spellings(signed_host)) {
      lower_[host_at_] = raw_[host_at_] = host;
      if (matches_any_path(lower_) || (raw_ != lower_ && matches_any_path(raw_))) return true;
    }
    return false;
  }

 private:
  bool matches_any_path(const std::vector<std::string>& values) const {
    const std::string_view path = request_.path();
    return matches(values, "/") || (path != "/" && matches(values, path));
  }

  bool matches(const std::vector<std::string>& values, std::string_view path) const {
    std::vector<CanonicalHeader> headers;
    headers.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      headers.push_back({authorization_.signed_headers[i], values[i]});
    }
    const std::string text = canonical_text({.method = request_.method,
                                             .path = path,
                                             .query = query_,
                                             .headers = headers,
                                             .signed_headers = authorization_.signed_header_list,
                                             .payload_hash = payload_hash_});
    const Digest expected =
        tc3_signature(key_, timestamp_, authorization_.date, authorization_.service, text);
    if (!signature_digest_.empty())
      return constant_time_equal(hex_digest(sha256(hex_digest(expected))), signature_digest_);
    return constant_time_equal(hex_digest(expected), authorization_.signature);
  }

  const net::HttpRequest& request_;
  const Authorization& authorization_;
  const Digest& key_;
  const std::string_view timestamp_;
  std::string_view query_;
  const std::string payload_hash_;
  std::string_view signature_digest_;
  std::vector<std::string> raw_, lower_;  // The values of the signed headers, in their order.
  std::size_t host_at_ = 0;
};

std::string payload_hash_of(const net::HttpRequest& request) {
  const bool unsigned_payload = request.header("x-tc-content-sha256") == kUnsignedPayload;
  const std::string_view body = request.method == "GET" ? std::string_view() : std::string_view(request.body);
  return hex_digest(sha256(unsigned_payload ? kUnsignedPayload : body));
}

}  // namespace

Result<Authorization> parse_authorization(std::string_view header) {
  if (!header.starts_with(kAlgorithm)) return malformed("auth_syntax");
  header.remove_prefix(kAlgorithm.size());
  if (header.empty() || !ascii::is_space(header.front())) {
    return malformed("auth_syntax");
  }
  std::string_view credential, signed_headers, signature;
  const std::pair<std::string_view, std::string_view*> known[] = {
      {"Credential", &credential}, {"SignedHeaders", &signed_headers}, {"Signature", &signature}};
  for (const std::string_view part : ascii::split(header, ',')) {
    const std::string_view text = ascii::trim(part);
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const auto* slot =
        std::find_if(std::begin(known), std::end(known), [&](auto& k) { return k.first == name; });
    if (slot == std::end(known) || equals == std::string_view::npos || !slot->second->empty()) {
      return malformed("auth_syntax");
    }
    *slot->second = text.substr(equals + 1);
  }
  for (const auto& [name, value] : known) {
    if (value->empty()) return malformed("auth_syntax");
  }
  Authorization out;
  out.signature = signature;
  if (Status read = read_credential(credential, out); !read) return std::move(read).error();
  if (Status read = read_signed_headers(signed_headers, out); !read) return std::move(read).error();
  return out;
}

SigningKeys::SigningKey SigningKeys::key_for(const CredentialPointer& credential, std::string_view date,
                                             std::string_view service) const {
  const std::string name = key_name(credential->secret_id, date, service);
  {
    const MutexLock lock(mutex_);
    const auto found = keys_.find(name);
    if (found != keys_.end() && found->second.credential == credential) return {found->second.key, true};
  }
  return {tc3_signing_key(credential->secret_key.reveal(), date, service), false};
}

void SigningKeys::keep(const CredentialPointer& credential, std::string_view date, std::string_view service,
                       const Digest& key) {
  std::string name = key_name(credential->secret_id, date, service);
  const MutexLock lock(mutex_);
  const auto found = keys_.find(name);
  if (found != keys_.end() && found->second.credential == credential) return;
  if (keys_.size() >= keys_max_) keys_.clear();
  keys_.insert_or_assign(std::move(name), Entry{credential, key});
}

std::vector<std::string> host_spellings(std::string_view host) {
  std::vector<std::string> spellings;
  const std::string_view bare = without_scheme(host);
  for (const std::string_view form : {host, without_port(host), bare, without_port(bare)}) {
    add_once(spellings, ascii::lower(form));
  }
  for (const std::string_view form : {host, without_port(host), bare, without_port(bare)}) {
    add_once(spellings, std::string(form));
  }
  return spellings;
}

bool signature_matches(const net::HttpRequest& request, const Authorization& authorization, const Digest& key,
                       std::string_view timestamp, std::string* payload_hash) {
  std::string hash = payload_hash_of(request);
  if (payload_hash != nullptr) *payload_hash = hash;
  return Verification(request, authorization, key, timestamp, std::move(hash)).matches_any_spelling();
}

bool signature_has_digest(const net::HttpRequest& request, const Authorization& authorization,
                          const Digest& key, std::string_view timestamp, std::string_view payload_hash,
                          std::string_view signature_digest) {
  Verification verification(request, authorization, key, timestamp, std::string(payload_hash));
  verification.expect_digest(signature_digest);
  return verification.matches_any_spelling();
}

std::string signed_host(const net::HttpRequest& request, const Authorization& authorization,
                        const Digest& key, std::string_view timestamp, std::span<const std::string> hosts) {
  Verification verification(request, authorization, key, timestamp, payload_hash_of(request));
  for (const std::string& host : hosts) {
    if (!host.empty() && verification.matches_host(host)) return host;
  }
  return "";
}

}  // namespace sesame::cloudapi
