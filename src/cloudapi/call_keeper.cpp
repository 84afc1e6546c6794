#include "cloudapi/call_keeper.hpp"

#include <algorithm>
#include <vector>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "cloudapi/authorization.hpp"
#include "cloudapi/call_evidence.hpp"
#include "cloudapi/decode_request.hpp"
#include "cloudapi/errors.hpp"
#include "cloudapi/mask_addresses.hpp"
#include "cloudapi/request_head.hpp"

namespace sesame::cloudapi {
namespace {

constexpr std::size_t kCauseBytesMax = 500;
constexpr std::size_t kMessageBytesMax = 1000;

/// The SecretId that a refused request names. A form is not read again for it: a stranger may send one of a
/// megabyte, and this runs on an event loop.
std::string named_secret_id(const Exchange& exchange, const net::HttpRequest& request) {
  if (!exchange.form_secret_id.empty()) return exchange.form_secret_id;
  const auto parsed = parse_authorization(request.header("authorization"));
  return parsed ? std::string(parsed->secret_id) : std::string();
}

/// The text for a code without the value that was given: it may be the secret.
std::string text_without_value(const Error& error, std::string_view code, Language language) {
  std::vector<Error::Fact> facts;
  for (const Error::Fact& fact : error.facts()) {
    if (fact.name != "value") facts.push_back(fact);
  }
  return error_text(code, language, facts);
}

/// Whether the error is about the value of a field that is never kept.
bool shows_hidden_value(const Error& error, const ActionDescription* action) {
  if (action == nullptr) return false;
  if (takes_secrets(*action)) return true;
  return std::ranges::any_of(error.facts(), [&](const Error::Fact& fact) {
    return fact.name == "name" && hides_field(*action, fact.value);
  });
}

std::string bounded(std::string_view text, std::size_t bytes_max) {
  return utf8::mended_to_store(text.substr(0, bytes_max));
}

/// The texts of a refusal that have to be made; a record borrows them.
struct RefusalTexts {
  std::string action, version, region;  // Texts of a caller, unchecked so far.
  std::string message_en, message_zh, cause;
};

RefusalTexts texts_of(const CallEnd& end, bool hides_value) {
  const Exchange& exchange = end.exchange;
  const ErrorCodes codes = exchange.action == nullptr ? ErrorCodes() : exchange.action->codes;
  const auto message = [&](Language language) {
    return masked(bounded(hides_value ? text_without_value(*end.error, end.shown->code, language)
                                      : translate(*end.error, codes, language).message,
                          kMessageBytesMax));
  };
  return {.action = utf8::mended_to_store(exchange.named_action),
          .version = utf8::mended_to_store(exchange.version),
          .region = utf8::mended_to_store(exchange.region),
          .message_en = message(Language::en),
          .message_zh = message(Language::zh),
          .cause = bounded(end.error->cause(), kCauseBytesMax)};
}

std::int64_t us_of(const CallEnd& end) {
  return std::chrono::duration_cast<std::chrono::microseconds>(end.now - end.exchange.started).count();
}

}  // namespace

const ActionDescription* CallKeeper::described(const Exchange& exchange) const {
  const Action* action =
      exchange.action != nullptr ? exchange.action : actions_.find(exchange.version, exchange.named_action);
  return action == nullptr ? nullptr : action->description;
}

bool CallKeeper::needs_body(const Exchange& exchange, const net::HttpRequest& request) const {
  if (log_ == nullptr || request.body.size() > kEvidenceBodyBytesMax) return false;
  return keeps_bodies_ || !exchange.form_secret_id.empty();
}

/// The part of the body that may be kept. It is read again for this, but only for refused calls of which
/// evidence is kept.
std::string CallKeeper::body_of(const Exchange& exchange, const net::HttpRequest& request) const {
  // A large body may be gone.
  if (!keeps_bodies_ || exchange.request_bytes > kEvidenceBodyBytesMax) return {};
  const ActionDescription* action = described(exchange);
  if (action == nullptr) return {};
  auto head = exchange.session ? read_session_head(request) : read_head(request);
  if (!head) return {};
  const auto parameters = decode_request(*action, *head, request);
  return parameters ? kept_body(*action, *parameters) : std::string();
}

/// The log line and the metrics of one call: never a parameter or a secret.
void CallKeeper::write_line(const CallEnd& end) {
  const Exchange& exchange = end.exchange;
  const Error* error = end.error;
  const bool cheap = error != nullptr && (exchange.account_id == 0 || error->is(errors::kNotAllowed) ||
                                          error->is(errors::kTooFrequent));
  const std::string_view code = error == nullptr ? std::string_view("OK") : std::string_view(end.shown->code);
  if (cheap && !end.shown->ours)
    refusal_log_.count({code, exchange.named_action, exchange.peer, error}, end.now);
  const std::string_view action =
      exchange.action == nullptr ? std::string_view("unknown") : std::string_view(exchange.action->name);
  metrics_.record(action, code, std::chrono::duration<double>(end.now - exchange.started).count());
  Level level = Level::debug;
  if (error != nullptr && !cheap) level = Level::info;
  if (error != nullptr && end.shown->ours) level = Level::error;
  if (!log_enabled(level)) return;
  log(level, "api.call",
      {{"action", exchange.named_action},
       {"account", exchange.account_id},
       {"peer", exchange.peer},
       {"code", code},
       {"us", us_of(end)},
       {"request_id", exchange.request_id},
       {"reason", error != nullptr ? error->reason() : std::string_view()},
       {"cause", error != nullptr ? std::string_view(error->cause()) : std::string_view()}});
}

void CallKeeper::keep(const CallEnd& end) {
  write_line(end);
  if (log_ == nullptr) return;
  const Exchange& exchange = end.exchange;
  CallRecord record;
  record.time_ms = exchange.time_ms;
  record.account_id = exchange.account_id;
  record.proven = exchange.account_id != 0;
  record.replayed = exchange.replayed;
  record.us = static_cast<std::uint64_t>(us_of(end));
  record.request_bytes = exchange.request_bytes;
  record.answer_bytes = end.answer_bytes;
  record.request_id = exchange.request_id;
  if (exchange.session)
    record.credential = exchange.session->user;
  else if (exchange.caller)
    record.credential = exchange.caller->secret_id;
  record.client = exchange.client;
  record.peer = exchange.peer;
  record.action = exchange.named_action;
  record.version = exchange.version;
  record.region = exchange.region;
  if (end.error != nullptr) return keep_refusal(end, record);
  log_->add(record);
}

void CallKeeper::keep_refusal(const CallEnd& end, CallRecord& record) const {
  const Exchange& exchange = end.exchange;
  record.code = end.shown->code;
  record.reason = end.error->reason();
  if (!end.error->is(errors::kTooFrequent)) return keep_with_evidence(end, record);
  // Such a call was not looked at and costs next to nothing, so its record must not cost more: it has the
  // text that was answered, and no other.
  (exchange.language == Language::zh ? record.message_zh : record.message_en) = end.shown->message;
  log_->add(record);
}

void CallKeeper::keep_with_evidence(const CallEnd& end, CallRecord& record) const {
  const Exchange& exchange = end.exchange;
  const ActionDescription* action = described(exchange);
  std::string credential;
  if (record.credential.empty() && end.request != nullptr) {
    const std::string named = named_secret_id(exchange, *end.request);
    // The account whose credential was named may see why the call was refused.
    if (const auto found = keyring_.find(named)) record.account_id = found->account_id;
    credential = kept_secret_id(named);
    record.credential = credential;
  }
  const bool takes_secret = action != nullptr && takes_secrets(*action);
  const RefusalTexts texts = texts_of(end, shows_hidden_value(*end.error, action));
  record.action = texts.action;
  record.version = texts.version;
  record.region = texts.region;
  record.message_en = texts.message_en;
  record.message_zh = texts.message_zh;
  record.cause = texts.cause;
  CallEvidence evidence;
  std::string body;
  if (end.request != nullptr && log_->takes_evidence(!record.proven, exchange.started)) {
    evidence = gather_evidence(*end.request, {.bytes = exchange.request_bytes,
                                              .payload_hash = exchange.payload_hash,
                                              .hides_payload = action == nullptr || takes_secret});
    body = body_of(exchange, *end.request);
    record.has_evidence = true;
    record.request_line = evidence.request_line;
    record.headers = evidence.headers;
    record.canonical = evidence.canonical;
    record.string_to_sign = evidence.string_to_sign;
    record.signature_digest = evidence.signature_digest;
    record.body = body;
  }
  log_->add(record);
}

}  // namespace sesame::cloudapi
