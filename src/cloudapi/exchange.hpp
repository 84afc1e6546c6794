#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "cloudapi/action.hpp"
#include "cloudapi/audited_call.hpp"
#include "cloudapi/call.hpp"
#include "cloudapi/description.hpp"
#include "cloudapi/idempotency.hpp"
#include "cloudapi/replay_guard.hpp"
#include "cloudapi/request_head.hpp"
#include "net/http_server.hpp"

namespace sesame::cloudapi {

/// The state of one request that its answer, its log line and its metrics need in every outcome. Thread: one.
struct Exchange {
  std::string request_id;
  Language language = Language::en;
  std::chrono::steady_clock::time_point started;
  std::string_view peer;  // The request's; empty when unknown.
  std::int64_t time_ms = 0;
  std::string named_action;  // As the caller named it; so are version and region. Cut.
  std::string version, region;
  std::string client;             // client_name(), or "console".
  std::size_t request_bytes = 0;  // The body as it came.
  std::string payload_hash;       // The digest of the body, once a signature was checked.
  std::string form_secret_id;     // The SecretId that a version 1 form or query names. Cut.
  const Action* action = nullptr;
  std::int64_t account_id = 0;
  std::shared_ptr<const accounts::Credential> caller;  // Null before the signature is proven right.
  std::optional<CallsUnderWay::Place> under_way;       // With an idempotency key, until the answer.
  bool masked = false;                                 // The caller sees the addresses of people masked.
  bool replayed = false;                               // The answer was given before, to the same key.
  std::optional<ReplayGuard::Key> replay_key;          // Set once the guard knows the request.
  std::shared_ptr<const SessionCaller> session;        // Null for signed calls.
  std::optional<AuditedCall> audited;                  // Set for identified calls that change something.
};

/// A new exchange, whose request cannot be read.
Exchange open_exchange(const Clock& clock, Random& random, Language language);
/// The exchange of a request, which has to outlive it; `fallback`: the language when it names none.
Exchange open_exchange(const Clock& clock, Random& random, Language fallback,
                       const net::HttpRequest& request);

/// The error as it is answered: some texts name the call, which the place that refused does not know.
Error answered_error(const Exchange& exchange, Error error);

/// A call that may be carried out, if its parameters are right.
struct Admission {
  Call call;  // Its parameters are decoded and not yet checked.
  RequestHead head;
};

}  // namespace sesame::cloudapi
