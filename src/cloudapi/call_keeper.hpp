#pragma once

#include <chrono>
#include <string>

#include "accounts/keyring.hpp"
#include "cloudapi/action.hpp"
#include "cloudapi/call_log.hpp"
#include "cloudapi/call_metrics.hpp"
#include "cloudapi/error_codes.hpp"
#include "cloudapi/exchange.hpp"
#include "cloudapi/refusal_log.hpp"
#include "net/http_server.hpp"

namespace sesame::cloudapi {

/// The end of one call, as it was answered. Borrows its parts.
struct CallEnd {
  const Exchange& exchange;
  std::chrono::steady_clock::time_point now;
  std::size_t answer_bytes = 0;
  const Error* error = nullptr;               // Null: carried out.
  const ApiError* shown = nullptr;            // The error as it was answered.
  const net::HttpRequest* request = nullptr;  // Null when none could be read; its body may be gone.
};

/// Accounts for the calls that the gateway answers: their metrics, their lines of the log, and the log of
/// calls, which keeps refused ones with their evidence. References outlive it. Thread: any.
class CallKeeper {
 public:
  /// `log`: null keeps no call.
  CallKeeper(CallLog* log, const ActionTable& actions, const accounts::Keyring& keyring, bool keeps_bodies)
      : log_(log), actions_(actions), keyring_(keyring), keeps_bodies_(keeps_bodies) {}

  /// Whether keep() needs the body of a call that is carried out, should it be refused at last.
  bool needs_body(const Exchange& exchange, const net::HttpRequest& request) const;
  void keep(const CallEnd& end);

 private:
  void write_line(const CallEnd& end);
  const ActionDescription* described(const Exchange& exchange) const;
  void keep_refusal(const CallEnd& end, CallRecord& record) const;
  void keep_with_evidence(const CallEnd& end, CallRecord& record) const;
  std::string body_of(const Exchange& exchange, const net::HttpRequest& request) const;

  CallLog* const log_;
  const ActionTable& actions_;
  const accounts::Keyring& keyring_;
  const bool keeps_bodies_;
  CallMetrics metrics_;
  RefusalLog refusal_log_;
};

}  // namespace sesame::cloudapi
