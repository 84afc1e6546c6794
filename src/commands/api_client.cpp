#include "commands/api_client.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/error_text.hpp"
#include "base/random.hpp"
#include "base/uuid.hpp"
#include "cloudapi/description.hpp"
#include "cloudapi/idempotency.hpp"
#include "cloudapi/signature.hpp"
#include "commands/errors.hpp"
#include "net/errors.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr std::chrono::minutes kTimeout{2};
constexpr std::chrono::milliseconds kRetryPause{250};
constexpr int kLimitRetriesMax = 120;
constexpr int kLostRetriesMax = 40;

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

/// A message has several lines when a permission is lacking.
std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

std::string failure_words(const Error& error) {
  if (error.is(net::errors::kRefused)) return "connection refused";
  if (error.is(net::errors::kTimeout)) return "it took too long";
  if (error.is(net::errors::kClosed)) return "the connection was closed";
  if (error.is(net::errors::kTls)) return "TLS failed";
  if (error.is(net::errors::kBadAnswer)) return "what came is not HTTP";
  const std::string declared = declared_text(error);
  return declared.empty() ? "the connection failed" : declared;
}

/// Why there is no answer, and what helps.
std::string explain_failure(const Error& error, const ApiAccess& access) {
  std::string text = failure_words(error);
  if (!error.cause().empty()) text += " (" + error.cause() + ")";
  const bool tls = error.is(net::errors::kTls);
  if (tls && access.ca_file.empty())
    text += "; if the server has a certificate of its own, name it with --ca FILE (SESAME_CA)";
  if (tls && !access.ca_file.empty())
    text += "; does " + access.ca_file + " hold the certificate that signed it?";
  return text;
}

/// A key for the calls that the server then answers once, or the one that was given; empty for the other
/// actions.
std::string key_of_call(std::string_view version, std::string_view action, std::string_view given) {
  const cloudapi::ActionDescription* described = cloudapi::find_action(version, action);
  if (described == nullptr || !described->idempotent) return {};
  if (!given.empty()) return std::string(given);
  SystemRandom random;
  return uuid_v4(random);
}

/// Whether the server may have carried out the call, or does so now, though no answer says so.
bool may_have_acted(const Result<net::HttpAnswer>& answer, std::string_view code) {
  if (answer) return code == "ResourceInUse" || answer->status >= 500;
  return answer.error().is(net::errors::kClosed) || answer.error().is(net::errors::kTimeout) ||
         answer.error().is(net::errors::kFailed);
}

Error unreachable(const Error& error, const ApiAccess& access) {
  return Error(errors::kUnreachable)
      .with("endpoint", access.endpoint)
      .with("problem", explain_failure(error, access));
}

Result<json::object> open_envelope(const std::string& body) {
  boost::system::error_code fault;
  json::value document = json::parse(body, fault);
  json::object* outer = fault ? nullptr : document.if_object();
  json::value* inner = outer == nullptr ? nullptr : outer->if_contains("Response");
  if (inner == nullptr || !inner->is_object()) return Error(errors::kBadAnswer);
  json::object& response = inner->get_object();
  if (const json::value* refused = response.if_contains("Error");
      refused != nullptr && refused->is_object()) {
    return Error(errors::kRefused)
        .with("code", text_at(refused->get_object(), "Code"))
        .with("message", one_line(text_at(refused->get_object(), "Message")))
        .with("request_id", text_at(response, "RequestId"));
  }
  return std::move(response);
}

}  // namespace

Result<ApiClient> ApiClient::create(ApiAccess access, const Clock& clock, Pause& pause) {
  if (access.secret_id.empty() || access.secret_key.empty()) return Error(errors::kNoCredential);
  Result<net::HttpTarget> target = net::parse_http_target(access.endpoint);
  if (!target) return Error(errors::kEndpoint).with("value", access.endpoint);
  target->ca_file = access.ca_file;
  return ApiClient(std::move(access), std::move(*target), clock, pause);
}

ApiClient::ApiClient(ApiAccess access, net::HttpTarget target, const Clock& clock, Pause& pause)
    : access_(std::move(access)), target_(target), http_(std::move(target)), clock_(&clock), pause_(&pause) {}

Result<json::object> ApiClient::call(std::string_view version, std::string_view action,
                                     const json::object& parameters, std::string_view idempotency_key) {
  const std::string body = json::serialize(parameters);
  const std::string key = key_of_call(version, action, idempotency_key);
  bool lost = false;
  for (int limited = 0, repeated = 0;;) {
    if (pause_->stopped()) return Error(errors::kStopped);
    const Result<net::HttpAnswer> got = send(version, action, body, key);
    Result<json::object> answer = got ? open_envelope(got->body) : unreachable(got.error(), access_);
    if (answer) return answer;
    const std::string code = fact(answer.error(), "code");
    // A server that carried out a call and is started anew meanwhile refuses connections.
    lost = !key.empty() && (may_have_acted(got, code) || (lost && !got));
    const bool limit = code.starts_with("RequestLimitExceeded") && limited++ < kLimitRetriesMax;
    if (!limit && !(lost && repeated++ < kLostRetriesMax)) return answer;
    if (!pause_->wait(kRetryPause)) return Error(errors::kStopped);
  }
}

Result<json::object> ApiClient::call_once(std::string_view version, std::string_view action,
                                          const json::object& parameters) {
  const Result<net::HttpAnswer> got = send(version, action, json::serialize(parameters), {});
  if (!got) return unreachable(got.error(), access_);
  return open_envelope(got->body);
}

Result<net::HttpAnswer> ApiClient::send(std::string_view version, std::string_view action,
                                        const std::string& body, const std::string& idempotency_key) {
  const std::int64_t now_s = clock_->now_s();
  const std::string host = target_.host_header();
  cloudapi::Tc3Request request;
  request.host = host;
  request.body = body;
  request.timestamp_s = now_s;
  net::HttpHeaders headers{{"Content-Type", "application/json"},
                           {"X-TC-Action", std::string(action)},
                           {"X-TC-Version", std::string(version)},
                           {"X-TC-Region", access_.region},
                           {"X-TC-Timestamp", std::to_string(now_s)},
                           {"X-TC-RequestClient", "cli"},
                           {"Authorization", cloudapi::tc3_authorization(request, access_.secret_id,
                                                                         access_.secret_key.reveal())}};
  if (!access_.token.empty()) headers.emplace_back("X-TC-Token", access_.token.reveal());
  if (!access_.language.empty()) headers.emplace_back("X-TC-Language", access_.language);
  if (!idempotency_key.empty()) headers.emplace_back(cloudapi::kIdempotencyKeyHeader, idempotency_key);
  return http_.request("POST", "/", headers, body, kTimeout);
}

std::string fact(const Error& error, std::string_view name) {
  for (const Error::Fact& each : error.facts()) {
    if (each.name == name) return each.value;
  }
  return {};
}

std::string explain(const Error& error) {
  if (std::string declared = declared_text(error); !declared.empty())
    return error.cause().empty() ? declared : declared + ": " + error.cause();
  std::string text(error.reason());
  for (const Error::Fact& each : error.facts()) text += ", " + std::string(each.name) + " " + each.value;
  if (!error.cause().empty()) text += ": " + error.cause();
  return text;
}

}  // namespace sesame::commands
