#include "console/explorer.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <functional>
#include <utility>

#include "accounts/credentials.hpp"
#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/utf8.hpp"
#include "cloudapi/description.hpp"
#include "cloudapi/gateway.hpp"
#include "console/errors.hpp"

namespace sesame::console {

namespace json = boost::json;

namespace {

constexpr const char* kClient = "sesame-explorer";

constexpr unsigned kSenderThreads = 2;
constexpr std::size_t kSenderQueue = 16;
constexpr std::chrono::seconds kTimeout{60};
constexpr std::size_t kEncodedBytesMax = 1024 * 1024;  // Larger requests are shown as text only.
constexpr std::int64_t kExpiredS = 600;
constexpr int kRepeatsMax = 200;

// The pair that the documentation of the cloud signs its examples with: a learner can compare every number.
constexpr std::string_view kPracticeId = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
constexpr std::string_view kPracticeKey = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
constexpr std::string_view kPractice = "practice";

Error bad(std::string rule) { return Error(errors::kBadRequest).with("rule", std::move(rule)); }

std::string text_in(const json::object& given, std::string_view name) {
  const json::value* value = given.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// A header's value must not hold the end of a line.
bool is_header_value(std::string_view text) {
  return text.size() <= 256 && std::ranges::none_of(text, [](char c) { return c < ' ' || c == '\x7f'; });
}

json::object shown_response(const net::HttpAnswer& answer, double ms) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status);
  for (const auto& [name, value] : answer.headers)
    head.append("\r\n").append(name).append(": ").append(value);
  return {{"status", answer.status},
          {"head", utf8::mended_to_store(head)},
          {"body", utf8::mended_to_store(answer.body)},
          {"ms", ms}};
}

}  // namespace

struct Explorer::Order {
  CallOrder call;
  std::string credential;  // Empty: a key of the session.
  std::string fault;       // Built in on purpose; empty: none.
  bool send = true;
};

/// The pair that signs one call. A key of the session is in the keyring as long as this lives.
struct Explorer::Key {
  std::shared_ptr<const accounts::Credential> credential;  // Null for the published pair.
  std::shared_ptr<void> place;                             // Takes it out of the keyring.

  SigningPair pair() const {
    if (!credential) return {kPracticeId, kPracticeKey, true};
    return {credential->secret_id, credential->secret_key.reveal(), false};
  }
};

Explorer::Explorer(const Parts& parts) : parts_(parts), senders_(kSenderThreads, kSenderQueue) {}

void Explorer::open(net::HttpTarget listener) {
  listener_ = std::move(listener);
  opened_.store(true, std::memory_order_release);
}

net::Task<Result<json::object>> Explorer::call(std::shared_ptr<const cloudapi::SessionCaller> caller,
                                               json::object order) {
  if (!opened_.load(std::memory_order_acquire)) co_return Error(errors::kNoListener);
  Result<json::object> done = Error(errors::kNoListener);
  std::function<void()> work = [&] { done = carry_out(*caller, order); };
  Status ran = co_await net::run_on(senders_, std::move(work));
  if (!ran) co_return std::move(ran).error();
  co_return done;
}

Result<Explorer::Order> Explorer::read(const json::object& given) const {
  Order order;
  order.call.action = text_in(given, "action");
  order.call.version = text_in(given, "version");
  order.call.region = text_in(given, "region");
  order.call.language = text_in(given, "language");
  order.call.body = text_in(given, "body");
  order.call.host = text_in(given, "host");
  order.credential = text_in(given, "credential");
  order.fault = text_in(given, "break");
  if (order.call.host.empty()) order.call.host = listener_.host_header();
  for (const std::string* text : {&order.call.action, &order.call.version, &order.call.region,
                                  &order.call.language, &order.call.host}) {
    if (!is_header_value(*text)) return bad("a name has control characters or is too long");
  }
  // A server reads past blanks around a name; what it then does must be what was judged here.
  if (ascii::trim(order.call.action) != order.call.action) return bad("`action` has blanks around it");
  const std::string method = text_in(given, "method");
  if (method != "POST" && method != "GET") return bad("`method` is neither POST nor GET");
  order.call.get = method == "GET";
  const std::string signing = text_in(given, "signature");
  if (signing == "HmacSHA1")
    order.call.signing = Signing::hmac_sha1;
  else if (signing == "HmacSHA256")
    order.call.signing = Signing::hmac_sha256;
  else if (signing != "TC3-HMAC-SHA256")
    return bad("`signature` is none of TC3-HMAC-SHA256, HmacSHA1, HmacSHA256");
  const json::value* payload = given.if_contains("unsigned_payload");
  order.call.unsigned_payload = payload != nullptr && payload->is_bool() && payload->get_bool();
  if (order.call.unsigned_payload && (order.call.get || order.call.signing != Signing::tc3))
    return bad("only a POST with TC3-HMAC-SHA256 can leave its body unsigned");
  const json::value* send = given.if_contains("send");
  order.send = send == nullptr || !send->is_bool() || send->get_bool();
  order.call.timestamp_s = parts_.clock.now_ms() / 1000;
  order.call.nonce = 1 + parts_.random.next() % 1'000'000'000;
  const json::value* timestamp = given.if_contains("timestamp");
  if (!order.send && timestamp != nullptr && timestamp->is_int64())
    order.call.timestamp_s = timestamp->get_int64();
  if (order.send && order.credential == kPractice) return bad("a call of the practice pair is never sent");
  return order;
}

Result<Explorer::Key> Explorer::key_for(const Order& order, const cloudapi::SessionCaller& caller) const {
  if (order.credential == kPractice) return Key{};
  if (!order.credential.empty()) {
    // A person who may make credentials could sign with a new one as well; nobody else borrows one.
    auto named = parts_.keyring.find(order.credential);
    if (!named || !named->enabled || named->account_id != caller.rights->account_id ||
        !caller.rights->may_grant())
      return Error(errors::kCredential);
    return Key{std::move(named), nullptr};
  }
  accounts::KeyPair pair = accounts::generate_key_pair(parts_.random);
  accounts::Credential made;
  made.secret_id = pair.secret_id;
  made.secret_key = pair.secret_key.copy();
  made.account_id = caller.rights->account_id;
  made.app_id = caller.rights->app_id;
  made.administers = caller.rights->administers;
  made.addresses_masked = caller.rights->addresses_masked;
  made.permissions = caller.rights->permissions;
  if (!order.send) return Key{std::make_shared<const accounts::Credential>(std::move(made)), nullptr};
  parts_.keyring.put(std::move(made));
  std::shared_ptr<void> place(
      nullptr, [&keyring = parts_.keyring, id = pair.secret_id](void*) { keyring.remove(id); });
  return Key{parts_.keyring.find(pair.secret_id), std::move(place)};
}

Result<json::object> Explorer::carry_out(const cloudapi::SessionCaller& caller,
                                         const json::object& given) const {
  Result<Order> order = read(given);
  if (!order) return std::move(order).error();
  const Result<Key> key = key_for(*order, caller);
  if (!key) return key.error();
  SigningPair pair = key->pair();
  std::string altered(pair.secret_key);
  std::string unknown(pair.secret_id);
  if (order->fault == "expired_timestamp") order->call.timestamp_s -= kExpiredS;
  if (order->fault == "wrong_secret") {
    altered.back() = altered.back() == 'x' ? 'y' : 'x';
    pair.secret_key = altered;
  }
  if (order->fault == "unknown_key") {
    unknown = accounts::generate_key_pair(parts_.random).secret_id;
    pair.secret_id = unknown;
  }
  const std::size_t shown_bytes = order->call.body.size();
  if (order->fault == "too_large") order->call.body.resize(cloudapi::kBodyBytesMax + 1, ' ');
  Result<SignedRequest> request = sign_request(order->call, pair);
  if (!request) return std::move(request).error();
  // The log of calls tells them from those of programs by this name.
  request->headers.emplace_back("User-Agent", kClient);
  json::array steps;
  for (const SigningStep& step : request->steps)
    steps.push_back(json::object{{"name", step.name}, {"text", step.text}});
  json::object shown{{"head", request->head()}};
  // Blanks that only make a body too large are not sent to the page.
  shown["body"] = order->fault == "too_large" ? request->body.substr(0, shown_bytes) : request->body;
  if (request->body.size() <= kEncodedBytesMax)
    shown["bytes_base64"] = encode_base64(request->head() + "\r\n\r\n" + request->body);
  json::object answer{{"request", std::move(shown)}, {"steps", std::move(steps)}, {"response", nullptr}};
  if (!order->send) return answer;
  Result<json::object> response = send(*order, *request);
  if (!response) return response;
  answer["response"] = std::move(*response);
  return answer;
}

Result<json::object> Explorer::send(const Order& order, const SignedRequest& request) const {
  const bool repeated = order.fault == "over_the_rate";
  const auto* described = cloudapi::find_action(order.call.version, order.call.action);
  if (repeated && (described == nullptr || described->effect != cloudapi::ActionDescription::Effect::read))
    return bad("only a call that reads is repeated on purpose");
  net::HttpClient client(listener_);
  const auto first = parts_.clock.steady_now();
  for (int sent = 1;; ++sent) {
    const auto begin = parts_.clock.steady_now();
    Result<net::HttpAnswer> answer =
        client.request(request.method, request.path, request.headers, request.body, kTimeout);
    if (!answer) return std::move(answer).error();
    const std::chrono::duration<double, std::milli> took = parts_.clock.steady_now() - begin;
    const bool refused = answer->body.find("RequestLimitExceeded") != std::string::npos;
    // Where no rate is set, slow calls must not keep one of the few senders.
    const bool late = parts_.clock.steady_now() - first >= kTimeout;
    if (!repeated || refused || late || sent == kRepeatsMax) return shown_response(*answer, took.count());
  }
}

}  // namespace sesame::console
