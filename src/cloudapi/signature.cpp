#include "cloudapi/signature.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <new>
#include <vector>

#include "base/ascii.hpp"
#include "base/hex.hpp"

namespace sesame::cloudapi {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  // A null pointer would mean "the key of the last time" to EVP_MAC_init.
  return reinterpret_cast<const unsigned char*>(text.data() != nullptr ? text.data() : "");
}

// OpenSSL 3 looks an algorithm up in each fetch by name: fetched once, and never freed.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

// An HMAC context that keeps its digest; only the key changes from call to call.
class Mac {
 public:
  explicit Mac(const char* digest) {
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    context_.reset(EVP_MAC_CTX_new(algorithm));
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest), 0),
        OSSL_PARAM_construct_end()};
    if (!context_ || EVP_MAC_CTX_set_params(context_.get(), parameters) != 1) throw std::bad_alloc();
  }

  std::size_t sign(std::string_view key, std::string_view text, std::span<unsigned char> out) {
    std::size_t size = 0;
    const bool done = EVP_MAC_init(context_.get(), bytes_of(key), key.size(), nullptr) == 1 &&
                      EVP_MAC_update(context_.get(), bytes_of(text), text.size()) == 1 &&
                      EVP_MAC_final(context_.get(), out.data(), &size, out.size()) == 1;
    if (!done) throw std::bad_alloc();
    return size;
  }

 private:
  struct Free {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };
  std::unique_ptr<EVP_MAC_CTX, Free> context_;
};

std::string_view view_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

Digest sha256(std::string_view bytes) {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  Digest digest;
  const bool done = EVP_DigestInit_ex2(context.get(), sha256_algorithm(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  if (!done) throw std::bad_alloc();
  return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  thread_local Mac mac("SHA256");
  Digest digest;
  mac.sign(key, bytes, digest);
  return digest;
}

std::string hex_digest(const Digest& digest) { return encode_hex(view_of(digest)); }

std::string canonical_text(const CanonicalRequest& request) {
  std::string text;
  text.reserve(256 + request.query.size());
  text.append(request.method)
      .append("\n")
      .append(request.path)
      .append("\n")
      .append(request.query)
      .append("\n");
  for (const CanonicalHeader& header : request.headers) {
    text.append(header.name).append(":").append(header.value).append("\n");
  }
  text.append("\n").append(request.signed_headers).append("\n").append(request.payload_hash);
  return text;
}

std::string scope_date(std::int64_t timestamp_s) {
  // Beyond four-digit years there is no date that a scope could name.
  constexpr std::int64_t kLast = 253'402'300'799;  // 9999-12-31 23:59:59
  const std::chrono::sys_seconds time{std::chrono::seconds(std::clamp<std::int64_t>(timestamp_s, 0, kLast))};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text;
}

Digest tc3_signing_key(std::string_view secret_key, std::string_view date, std::string_view service) {
  std::string first = "TC3";
  first += secret_key;
  const Digest of_date = hmac_sha256(first, date);
  std::fill(first.begin(), first.end(), '\0');
  const Digest of_service = hmac_sha256(view_of(of_date), service);
  return hmac_sha256(view_of(of_service), "tc3_request");
}

Digest tc3_signature(const Digest& signing_key, std::string_view timestamp, std::string_view date,
                     std::string_view service, std::string_view canonical_text) {
  std::string text = "TC3-HMAC-SHA256\n";
  text.reserve(160 + service.size());
  text.append(timestamp).append("\n").append(date).append("/").append(service).append("/tc3_request\n");
  text.append(hex_digest(sha256(canonical_text)));
  return hmac_sha256(view_of(signing_key), text);
}

std::string tc3_authorization(const Tc3Request& request, std::string_view secret_id,
                              std::string_view secret_key) {
  const std::string content_type = ascii::lower(request.content_type);
  const std::string host = ascii::lower(request.host);
  const CanonicalHeader headers[] = {{"content-type", content_type}, {"host", host}};
  const std::string payload = hex_digest(sha256(request.unsigned_payload ? kUnsignedPayload : request.body));
  const std::string canonical = canonical_text({.method = request.method,
                                                .query = request.query,
                                                .headers = headers,
                                                .signed_headers = "content-type;host",
                                                .payload_hash = payload});
  const std::string date = scope_date(request.timestamp_s);
  const Digest key = tc3_signing_key(secret_key, date, request.service);
  const Digest signature =
      tc3_signature(key, std::to_string(request.timestamp_s), date, request.service, canonical);
  std::string out = "TC3-HMAC-SHA256 Credential=";
  out.append(secret_id).append("/").append(date).append("/").append(request.service);
  out.append("/tc3_request, SignedHeaders=content-type;host, Signature=").append(hex_digest(signature));
  return out;
}

std::string v1_text(std::string_view method, std::string_view host, V1Parameters parameters) {
  std::vector<const std::pair<std::string, std::string>*> sorted;
  sorted.reserve(parameters.size());
  for (const auto& parameter : parameters) {
    if (parameter.first != "Signature") sorted.push_back(&parameter);
  }
  // By bytes: "Z" before "a", "Destination.10" before "Destination.2".
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  std::string text;
  text.append(method).append(host).append("/?");
  for (const auto* parameter : sorted) {
    if (parameter != sorted.front()) text += '&';
    text.append(parameter->first).append("=").append(parameter->second);
  }
  return text;
}

std::string v1_signature(V1Method method, std::string_view secret_key, std::string_view text) {
  thread_local Mac sha1("SHA1");
  thread_local Mac sha256("SHA256");
  unsigned char digest[EVP_MAX_MD_SIZE];
  Mac& mac = method == V1Method::hmac_sha1 ? sha1 : sha256;
  const std::size_t size = mac.sign(secret_key, text, digest);
  unsigned char base64[4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1];
  const int length = EVP_EncodeBlock(base64, digest, static_cast<int>(size));
  return {reinterpret_cast<const char*>(base64), static_cast<std::size_t>(length)};
}

}  // namespace sesame::cloudapi
