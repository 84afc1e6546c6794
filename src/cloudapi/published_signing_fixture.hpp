#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Signing as the public description of the Cloud API tells clients to, for tests that judge the verifier: it
/// shares no code with signature.cpp. Pure functions.
namespace sesame::cloudapi::published {

inline std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  std::string hex;
  for (const unsigned char byte : digest) {
    for (const int half : {byte / 16, byte % 16}) hex += "0123456789abcdef"[half];
  }
  return hex;
}

inline std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view text) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(digest, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), mac, &size);
  return {reinterpret_cast<const char*>(mac), size};
}

inline std::string utc_day(std::int64_t timestamp_s) {
  const std::time_t time = timestamp_s;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[16];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

/// The spaces and tabs at both ends away, letters small: how a header's value is signed.
inline std::string signed_value(std::string_view value) {
  std::string out;
  const std::size_t begin = value.find_first_not_of(" \t"), end = value.find_last_not_of(" \t");
  if (begin == std::string_view::npos) return out;
  for (const char c : value.substr(begin, end - begin + 1)) {
    const bool capital = c >= 'A' && c <= 'Z';
    out += capital ? static_cast<char>(c + 32) : c;
  }
  return out;
}

struct Tc3 {
  std::string method, query, body;
  std::vector<std::pair<std::string, std::string>> signed_headers;  // Small names, values as sent; in order.
  std::string secret_id, secret_key, service, day;
  std::int64_t timestamp_s = 0;
  bool unsigned_payload = false;
};

/// The value of the Authorization header.
inline std::string authorization(const Tc3& call) {
  std::string names, canonical = call.method + "\n/\n" + call.query + "\n";
  for (const auto& [name, value] : call.signed_headers) {
    names += (names.empty() ? "" : ";") + name;
    canonical += name + ":" + signed_value(value) + "\n";
  }
  canonical += "\n" + names + "\n" + sha256_hex(call.unsigned_payload ? "UNSIGNED-PAYLOAD" : call.body);
  const std::string scope = call.day + "/" + call.service + "/tc3_request";
  std::string text = "TC3-HMAC-SHA256\n" + std::to_string(call.timestamp_s);
  text += "\n" + scope + "\n" + sha256_hex(canonical);
  std::string key = "TC3" + call.secret_key;
  for (const std::string_view part : {std::string_view(call.day), std::string_view(call.service),
                                      std::string_view("tc3_request"), std::string_view(text)}) {
    key = hmac(EVP_sha256(), key, part);
  }
  std::string signature;
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    for (const int half : {byte / 16, byte % 16}) signature += "0123456789abcdef"[half];
  }
  return "TC3-HMAC-SHA256 Credential=" + call.secret_id + "/" + scope + ", SignedHeaders=" + names +
         ", Signature=" + signature;
}

/// Version 1: base64, of decoded names and values in any order.
inline std::string v1_signature(const EVP_MD* digest, std::string_view secret_key, std::string_view method,
                                std::string_view host,
                                const std::vector<std::pair<std::string, std::string>>& parameters) {
  const std::map<std::string, std::string> sorted(parameters.begin(), parameters.end());
  std::string text = std::string(method) + std::string(host) + "/?", separator;
  for (const auto& [name, value] : sorted) {
    text += separator + name + "=" + value;
    separator = "&";
  }
  const std::string mac = hmac(digest, secret_key, text);
  unsigned char base64[4 * EVP_MAX_MD_SIZE];
  const int size = EVP_EncodeBlock(base64, reinterpret_cast<const unsigned char*>(mac.data()),
                                   static_cast<int>(mac.size()));
  return {reinterpret_cast<const char*>(base64), static_cast<std::size_t>(size)};
}

}  // namespace sesame::cloudapi::published
