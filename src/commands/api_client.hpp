#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "commands/pause.hpp"
#include "net/http_client.hpp"

namespace sesame::commands {

/// The endpoint and the credential of calls, read from the flags and the environment that the official tools
/// use.
struct ApiAccess {
  std::string endpoint = "http://127.0.0.1:8080";
  std::string secret_id;
  Secret secret_key;
  Secret token;  // The token of a temporary credential; else empty.
  std::string region = "ap-guangzhou";
  std::string language;  // "zh-CN", "en-US" or empty.
  std::string ca_file;   // PEM file of authorities for https; empty: the system's.
};

/// Calls actions as other clients do: signed, over HTTP. Thread: one.
class ApiClient {
 public:
  /// Checks the access. Errors: errors::kEndpoint, errors::kNoCredential. The references outlive the client.
  static Result<ApiClient> create(ApiAccess access, const Clock& clock, Pause& pause);

  /// Sends the call; waits and repeats while the server answers RequestLimitExceeded (up to half a minute). A
  /// call of an idempotent action carries a key of its own, so it is also repeated when its answer got lost
  /// (for some ten seconds), and still acts once.
  /// `idempotency_key`: in place of a fresh one, for a call that may be made again later.
  /// Returns the object Response, RequestId included. Errors: errors::kRefused (facts "code", "message",
  /// "request_id"), errors::kUnreachable (fact "problem"), errors::kBadAnswer, errors::kStopped (Ctrl-C).
  Result<boost::json::object> call(std::string_view version, std::string_view action,
                                   const boost::json::object& parameters,
                                   std::string_view idempotency_key = {});

  /// Sends the call once, also after Ctrl-C. Errors: those of call() but errors::kStopped.
  Result<boost::json::object> call_once(std::string_view version, std::string_view action,
                                        const boost::json::object& parameters);

  /// Calls an action of the SES API.
  Result<boost::json::object> ses(std::string_view action, const boost::json::object& parameters) {
    return call("2020-10-02", action, parameters);
  }
  const ApiAccess& access() const { return access_; }
  const Clock& clock() const { return *clock_; }

 private:
  ApiClient(ApiAccess access, net::HttpTarget target, const Clock& clock, Pause& pause);
  Result<net::HttpAnswer> send(std::string_view version, std::string_view action, const std::string& body,
                               const std::string& idempotency_key);

  ApiAccess access_;
  net::HttpTarget target_;
  net::HttpClient http_;
  const Clock* clock_;
  Pause* pause_;
};

/// The first fact of that name; "" when the error lacks it.
std::string fact(const Error& error, std::string_view name);

/// An error as one sentence for a person that says how to mend it: the text that its name declares, else the
/// name with its facts and its cause. Pure. Thread: any.
std::string explain(const Error& error);

}  // namespace sesame::commands
