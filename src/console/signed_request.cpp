#include "console/signed_request.hpp"

#include <utility>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "cloudapi/envelope.hpp"
#include "cloudapi/flatten.hpp"
#include "cloudapi/request_head.hpp"
#include "cloudapi/signature.hpp"
#include "console/errors.hpp"

namespace sesame::console {
namespace {

using cloudapi::Digest;
using cloudapi::Parameter;

constexpr std::string_view kService = "ses";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kForm = "application/x-www-form-urlencoded";

std::string_view view_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// RFC 3986 §2.3: all but unreserved characters are encoded.
void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (ascii::is_alpha(c) || ascii::is_digit(c) ||
        std::string_view("-_.~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out.append("%").append(1, kDigits[byte / 16]).append(1, kDigits[byte % 16]);
    }
  }
}

std::string form_of(const std::vector<Parameter>& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    if (!text.empty()) text += '&';
    append_encoded(text, name);
    text += '=';
    append_encoded(text, value);
  }
  return text;
}

Result<std::vector<Parameter>> flat_parameters(const std::string& body) {
  const auto decoded = cloudapi::decode_parameters(body);
  if (!decoded) return Error(errors::kBadRequest).with("rule", "the parameters are not one JSON object");
  std::vector<Parameter> parameters = cloudapi::flatten(*decoded);
  for (const auto& [name, value] : parameters) {
    // It would stand before the one that is added here, and the server would take it: another action.
    if (cloudapi::is_common_parameter(name))
      return Error(errors::kBadRequest)
          .with("rule", "`" + name + "` is a name of the protocol, not of a parameter");
  }
  return parameters;
}

/// Everything of a request that TC3 looks at is in place; adds the signature.
void sign_tc3(SignedRequest& request, const CallOrder& order, const SigningPair& pair,
              std::string_view content_type) {
  const auto step = [&](std::string_view name, std::string text) {
    request.steps.push_back({name, std::move(text)});
  };
  const std::string host = ascii::lower(order.host);
  const std::string query = order.get ? request.path.substr(request.path.find('?') + 1) : std::string();
  const bool unsigned_payload = order.unsigned_payload && !order.get;
  const std::string body_hash = cloudapi::hex_digest(
      cloudapi::sha256(unsigned_payload ? cloudapi::kUnsignedPayload : std::string_view(request.body)));
  const cloudapi::CanonicalHeader headers[] = {{"content-type", content_type}, {"host", host}};
  const std::string canonical = cloudapi::canonical_text({.method = request.method,
                                                          .query = query,
                                                          .headers = headers,
                                                          .signed_headers = "content-type;host",
                                                          .payload_hash = body_hash});
  const std::string canonical_hash = cloudapi::hex_digest(cloudapi::sha256(canonical));
  const std::string date = cloudapi::scope_date(order.timestamp_s);
  const std::string scope = date + "/" + std::string(kService) + "/tc3_request";
  const std::string timestamp = std::to_string(order.timestamp_s);
  const Digest of_date = cloudapi::hmac_sha256("TC3" + std::string(pair.secret_key), date);
  const Digest of_service = cloudapi::hmac_sha256(view_of(of_date), kService);
  const Digest signing = cloudapi::hmac_sha256(view_of(of_service), "tc3_request");
  const std::string signature =
      cloudapi::hex_digest(cloudapi::tc3_signature(signing, timestamp, date, kService, canonical));
  const std::string authorization = "TC3-HMAC-SHA256 Credential=" + std::string(pair.secret_id) + "/" +
                                    scope + ", SignedHeaders=content-type;host, Signature=" + signature;
  step("body_hash", body_hash);
  step("canonical_request", canonical);
  step("canonical_hash", canonical_hash);
  step("string_to_sign", "TC3-HMAC-SHA256\n" + timestamp + "\n" + scope + "\n" + canonical_hash);
  if (pair.published) {
    step("secret_date", cloudapi::hex_digest(of_date));
    step("secret_service", cloudapi::hex_digest(of_service));
    step("secret_signing", cloudapi::hex_digest(signing));
  }
  step("signature", signature);
  step("authorization", authorization);
  request.headers = {{"Host", order.host},
                     {"Content-Type", std::string(content_type)},
                     {"Authorization", authorization},
                     {"X-TC-Action", order.action},
                     {"X-TC-Version", order.version},
                     {"X-TC-Timestamp", timestamp}};
  if (unsigned_payload)
    request.headers.emplace_back("X-TC-Content-SHA256", std::string(cloudapi::kUnsignedPayload));
  if (!order.region.empty()) request.headers.emplace_back("X-TC-Region", order.region);
  if (!order.language.empty()) request.headers.emplace_back("X-TC-Language", order.language);
}

std::vector<Parameter> sign_v1(SignedRequest& request, const CallOrder& order, const SigningPair& pair,
                               std::vector<Parameter> parameters) {
  const bool sha256 = order.signing == Signing::hmac_sha256;
  const auto add = [&](const char* name, std::string value) {
    if (!value.empty()) parameters.emplace_back(name, std::move(value));
  };
  add("Action", order.action);
  add("Version", order.version);
  add("Region", order.region);
  add("Language", order.language);
  add("Timestamp", std::to_string(order.timestamp_s));
  add("Nonce", std::to_string(order.nonce));
  add("SecretId", std::string(pair.secret_id));
  if (sha256) add("SignatureMethod", "HmacSHA256");  // Without it, HmacSHA1 is meant.
  const std::string text = cloudapi::v1_text(request.method, order.host, parameters);
  const std::string signature = cloudapi::v1_signature(
      sha256 ? cloudapi::V1Method::hmac_sha256 : cloudapi::V1Method::hmac_sha1, pair.secret_key, text);
  request.steps.push_back({"source_text", text});
  request.steps.push_back({"signature", signature});
  add("Signature", signature);
  return parameters;
}

}  // namespace

std::string SignedRequest::head() const {
  std::string text = method + " " + path + " HTTP/1.1";
  for (const auto& [name, value] : headers) text.append("\r\n").append(name).append(": ").append(value);
  return text;
}

Result<SignedRequest> sign_request(const CallOrder& order, const SigningPair& pair) {
  SignedRequest request;
  request.method = order.get ? "GET" : "POST";
  request.path = "/";
  if (order.signing == Signing::tc3 && !order.get) {
    request.body = order.body;
    sign_tc3(request, order, pair, kJson);
  } else {
    auto parameters = flat_parameters(order.body);
    if (!parameters) return std::move(parameters).error();
    if (order.signing == Signing::tc3) {
      request.path = "/?" + form_of(*parameters);
      sign_tc3(request, order, pair, kForm);
    } else {
      const std::string form = form_of(sign_v1(request, order, pair, std::move(*parameters)));
      request.headers = {{"Host", order.host}};
      if (order.get) {
        request.path = "/?" + form;
      } else {
        request.body = form;
        request.headers.emplace_back("Content-Type", kForm);
      }
    }
  }
  if (!order.get) request.headers.emplace_back("Content-Length", std::to_string(request.body.size()));
  return request;
}

}  // namespace sesame::console
