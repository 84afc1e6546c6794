#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "cloudapi/gateway.hpp"
#include "net/blocking_pool.hpp"
#include "net/loops.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/signed_request.hpp"
#include "testkit/temp_database.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::testkit {

/// A gateway over a real database, called without sockets: account 1 signs with kSecretId. Add actions, then
/// call. Header only: link sesame_cloudapi. Thread: one.
class CloudApi {
 public:
  explicit CloudApi(cloudapi::GatewayOptions options = unlimited()) : options_(std::move(options)) {
    keyring.put(credential(kSecretId, kSecretKey, 1));
    loops_.start();
  }
  ~CloudApi() {
    pool.stop();
    if (calls) calls->stop();
    database.close();
    loops_.stop();
  }
  CloudApi(const CloudApi&) = delete;
  CloudApi& operator=(const CloudApi&) = delete;

  static cloudapi::GatewayOptions unlimited() {
    cloudapi::GatewayOptions options;
    options.requests_per_second = 0;
    return options;
  }
  static accounts::Credential credential(std::string_view id, std::string_view key, std::int64_t account_id) {
    accounts::Credential made;
    made.secret_id = id;
    made.secret_key = Secret(std::string(key));
    made.account_id = account_id;
    made.app_id = "1250000000";
    return made;
  }

  /// A correctly signed call at the clock's time.
  net::HttpRequest request(std::string_view action, std::string_view body = "{}",
                           std::string_view version = "2020-10-02") {
    cloudapi::SignedCall call;
    call.action = action;
    call.version = version;
    call.host = "127.0.0.1:8080";
    call.body = body;
    call.timestamp_s = clock.now_s();
    return signed_request(call);
  }

  net::HttpResponse send(net::HttpRequest request) {
    auto promise = std::make_shared<std::promise<net::HttpResponse>>();
    auto answer = promise->get_future();
    auto shared = std::make_shared<net::HttpRequest>(std::move(request));
    net::HttpHandler* handler = &gateway();
    loops_.spawn(0, [handler, shared, promise] { return answer_into(handler, shared, promise); });
    return answer.get();
  }

  /// The answer to a call of a person with a session of the console.
  net::HttpResponse send_as(std::shared_ptr<const cloudapi::SessionCaller> caller, net::HttpRequest request) {
    auto promise = std::make_shared<std::promise<net::HttpResponse>>();
    auto answer = promise->get_future();
    auto shared = std::make_shared<net::HttpRequest>(std::move(request));
    cloudapi::Gateway* gate = &gateway();
    loops_.spawn(
        0, [gate, caller, shared, promise] { return answer_session_into(gate, caller, shared, promise); });
    return answer.get();
  }

  /// The object in "Response".
  static boost::json::object response_of(const net::HttpResponse& answer) {
    return boost::json::parse(answer.body).as_object().at("Response").as_object();
  }
  boost::json::object call(std::string_view action, std::string_view body = "{}",
                           std::string_view version = "2020-10-02") {
    return response_of(send(request(action, body, version)));
  }

  /// "Code: message" of a refusal, or "OK".
  static std::string outcome_of(const net::HttpResponse& answer) {
    const boost::json::object response = response_of(answer);
    const boost::json::value* error = response.if_contains("Error");
    if (error == nullptr) return "OK";
    return std::string(error->at("Code").as_string()) + ": " + std::string(error->at("Message").as_string());
  }
  std::string outcome(net::HttpRequest request) { return outcome_of(send(std::move(request))); }

  /// Made at the first use, from the options and actions set until then.
  cloudapi::Gateway& gateway() {
    if (gateway_ == nullptr) {
      calls = cloudapi::CallLog::open(*database).value();
      const cloudapi::GatewayParts parts{actions, keyring, tokens, *database,
                                         pool,    clock,   random, calls.get()};
      gateway_ = std::make_unique<cloudapi::Gateway>(parts, options_);
    }
    return *gateway_;
  }

  ManualClock clock;
  SeededRandom random;
  accounts::Keyring keyring;
  TempDir folder;  // The folder of the master key.
  accounts::SecretBox secrets = accounts::SecretBox::open(folder.path(), random).value();
  accounts::SessionTokens tokens{secrets, keyring};
  cloudapi::ActionTable actions;

 private:
  using Promise = std::shared_ptr<std::promise<net::HttpResponse>>;
  static net::Task<> answer_into(net::HttpHandler* handler, std::shared_ptr<net::HttpRequest> request,
                                 Promise promise) {
    net::HttpResponse response = co_await handler->handle(std::move(*request));
    promise->set_value(std::move(response));
  }

  static net::Task<> answer_session_into(cloudapi::Gateway* gateway,
                                         std::shared_ptr<const cloudapi::SessionCaller> caller,
                                         std::shared_ptr<net::HttpRequest> request, Promise promise) {
    net::HttpResponse response = co_await gateway->answer_session(caller, std::move(*request));
    promise->set_value(std::move(response));
  }

  cloudapi::GatewayOptions options_;
  net::Loops loops_{1};

 public:
  TempDatabase database;
  std::unique_ptr<cloudapi::CallLog> calls;  // Made with the gateway.
  net::BlockingPool pool{1, 16};

 private:
  std::unique_ptr<cloudapi::Gateway> gateway_;
};

}  // namespace sesame::testkit
