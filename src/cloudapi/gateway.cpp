#include "cloudapi/gateway.hpp"

#include <memory>
#include <optional>

#include "cloudapi/authenticator.hpp"
#include "cloudapi/call_audit.hpp"
#include "cloudapi/call_evidence.hpp"
#include "cloudapi/call_keeper.hpp"
#include "cloudapi/chaos_answer.hpp"
#include "cloudapi/decode_request.hpp"
#include "cloudapi/description.hpp"
#include "cloudapi/envelope.hpp"
#include "cloudapi/errors.hpp"
#include "cloudapi/exchange.hpp"
#include "cloudapi/idempotency.hpp"
#include "cloudapi/mask_addresses.hpp"
#include "cloudapi/rate_limit.hpp"
#include "cloudapi/regions.hpp"
#include "cloudapi/request_head.hpp"
#include "jobs/await.hpp"
#include "net/body_share.hpp"
#include "net/errors.hpp"
#include "storage/errors.hpp"

namespace sesame::cloudapi {
namespace {

// A larger body is hashed, parsed and prepared on the blocking pool: 32 KiB of addresses (a thousand) hold up
// a loop's other connections by a fraction of a millisecond, and a hop costs a small call more than its work.
constexpr std::size_t kInlineBodyBytesMax = 32 * 1024;
constexpr std::size_t kLoggedNameBytesMax = 64;
constexpr std::size_t kNamedVersionBytesMax = 32;
constexpr std::size_t kNamedSecretIdBytesMax = 128;
constexpr const char* kCallPageHeader = "X-Sesame-Request";

}  // namespace

class Gateway::Pipeline {
 public:
  Pipeline(GatewayParts parts, GatewayOptions options)
      : parts_(parts),
        language_(options.language),
        bounds_(std::move(options.bounds)),
        call_page_(std::move(options.call_page)),
        audit_(parts.audit, parts.clock),
        authenticator_(parts.keyring, parts.tokens, options.clock_window, std::move(options.own_hosts)),
        regions_(std::move(options.regions)),
        rate_limit_(options.requests_per_second),
        keeper_(parts.calls, parts.actions, parts.keyring, options.keep_refused_bodies) {
    if (options.replays == Replays::refuse) replay_guard_.emplace(options.clock_window);
  }

  Exchange open() const { return open_exchange(parts_.clock, parts_.random, language_); }
  Exchange open(const net::HttpRequest& request) const {
    return open_exchange(parts_.clock, parts_.random, language_, request);
  }

  /// Judges a request before its body has come. Errors: those of read_head and Authenticator::judge_head.
  Status judge_head(const net::HttpRequest& request) const {
    auto head = read_head(request);
    if (!head) return std::move(head).error();
    return authenticator_.judge_head(request, *head, parts_.clock.now_ms() / 1000);
  }

  /// Runs all steps before the action's work, if they are quick; nullopt: decide_elsewhere() has to go on. No
  /// coroutine, because most calls end here: a frame costs a small call a hundredth.
  std::optional<Result<Work>> decide_here(const net::HttpRequest& request, Exchange& exchange,
                                          std::unique_ptr<Admission>& heavy) {
    if (request.body.size() > kInlineBodyBytesMax || request.has_header(kIdempotencyKeyHeader))
      return std::nullopt;
    Admission admitted;
    if (Status entered = admit(request, exchange, admitted); !entered) return std::move(entered).error();
    if (!exchange.action->heavy) return decode_and_prepare(exchange, admitted, request);
    heavy = std::make_unique<Admission>(std::move(admitted));
    return std::nullopt;
  }

  /// The steps that decide_here() left. The caller keeps the arguments alive until it resumes.
  net::Task<Result<Work>> decide_elsewhere(const net::HttpRequest& request, Exchange& exchange,
                                           std::unique_ptr<Admission>& heavy) {
    if (heavy == nullptr && request.has_header(kIdempotencyKeyHeader))
      co_return co_await decide_once(request, exchange);
    std::function<Result<Work>()> rest = [&]() -> Result<Work> {
      if (heavy == nullptr) {
        heavy = std::make_unique<Admission>();
        if (Status entered = admit(request, exchange, *heavy); !entered) return std::move(entered).error();
      }
      return decode_and_prepare(exchange, *heavy, request);
    };
    co_return co_await on_pool<Work>(std::move(rest));
  }

  /// The answer of work that reads a few rows; nullopt: run() has to do it.
  std::optional<Answer> run_here(const Work& work) {
    const auto* const read = std::get_if<Work::ReadJob>(&work.job);
    if (read == nullptr || !work.quick || work.before) return std::nullopt;
    return jobs::read_here(parts_.database, *read);
  }

  /// The answer of the work once it is committed, or the error that rolled it back.
  net::Task<Answer> run(Work work) {
    if (work.before) {
      std::function<void(std::function<void(Status)>)> begin = std::move(work.before);
      Status ready = co_await net::from_callback<Status>(std::move(begin));
      if (!ready) co_return std::move(ready).error();
    }
    if (auto* read = std::get_if<Work::ReadJob>(&work.job)) {
      co_return co_await jobs::read(parts_.database, std::move(*read));
    }
    Work::WriteJob write = std::get<Work::WriteJob>(std::move(work.job));
    co_return co_await jobs::write(parts_.database, work.priority, std::move(write));
  }

  /// Ends the call; `request`: what there is of it, perhaps without its body.
  net::HttpResponse close(const Exchange& exchange, Answer answer, const net::HttpRequest* request) {
    if (answer) {
      audit_.end(exchange, "OK", nullptr);
      if (exchange.masked) mask_addresses(exchange.action->description->output, *answer);
      net::HttpResponse response =
          respond(exchange, encode_answer(std::move(answer).value(), exchange.request_id));
      if (exchange.replayed) response.headers.emplace_back(kIdempotentReplayHeader, "1");
      keeper_.keep(
          {.exchange = exchange, .now = parts_.clock.steady_now(), .answer_bytes = response.body.size()});
      return response;
    }
    const Error error = answered_error(exchange, std::move(answer).error());
    // Nobody knows whether the disk has what a failed commit wrote.
    if (exchange.replay_key && !error.is(storage::errors::kFailed) && !error.is(storage::errors::kSyncLost))
      replay_guard_->forget(*exchange.replay_key);
    const ErrorCodes codes = exchange.action == nullptr ? ErrorCodes() : exchange.action->codes;
    ApiError shown = translate(error, codes, exchange.language);
    const bool chaos = mark_chaos(error, shown);
    audit_.end(exchange, shown.code, &error);
    net::HttpResponse response = respond(exchange, encode_error(shown, exchange.request_id));
    keeper_.keep({.exchange = exchange,
                  .now = parts_.clock.steady_now(),
                  .answer_bytes = response.body.size(),
                  .error = &error,
                  .shown = &shown,
                  .request = request});
    if (chaos) response.headers.emplace_back(kChaosHeader, "1");
    return response;
  }

  /// Answers one call; `session` is null for a signed one.
  net::Task<net::HttpResponse> answer(net::HttpRequest request,
                                      std::shared_ptr<const SessionCaller> session) {
    Exchange exchange = open(request);
    exchange.session = std::move(session);
    if (exchange.session) exchange.client = "console";
    std::unique_ptr<Admission> heavy;
    std::optional<Result<Work>> decided = decide_here(request, exchange, heavy);
    if (!decided) {
      Result<Work> elsewhere = co_await decide_elsewhere(request, exchange, heavy);
      decided.emplace(std::move(elsewhere));
      heavy.reset();
    }
    Result<Work>& work = *decided;
    if (!work) co_return close(exchange, std::move(work).error(), &request);
    // The work owns its data; a waiting call need not hold megabytes.
    if (!keeper_.needs_body(exchange, request)) request.body = std::string();
    audit_.enclose(*work, exchange);
    const std::function<void()> after = std::move(work->after);
    std::optional<Answer> answer = run_here(*work);
    if (!answer) {
      Answer elsewhere = co_await run(std::move(*work));
      answer.emplace(std::move(elsewhere));
    }
    if (*answer && after) after();
    co_return close(exchange, std::move(*answer), &request);
  }

 private:
  net::HttpResponse respond(const Exchange& exchange, std::string body) const {
    // SES clients: with "; charset=utf-8" the Python SDK takes an error for an object full of nulls.
    net::HttpResponse response;
    response.content_type = "application/json";
    response.body = std::move(body);
    if (!call_page_.empty()) response.headers.emplace_back(kCallPageHeader, call_page_ + exchange.request_id);
    return response;
  }

  /// decide_elsewhere() for a request with an idempotency key: an answer that was given before is given
  /// again, before anything is checked that time may have changed.
  net::Task<Result<Work>> decide_once(const net::HttpRequest& request, Exchange& exchange) {
    std::function<Result<Admission>()> first = [&]() -> Result<Admission> {
      Admission admitted;
      if (Status entered = admit(request, exchange, admitted); !entered) return std::move(entered).error();
      auto decoded = decode_request(*exchange.action->description, admitted.head, request);
      if (!decoded) return std::move(decoded).error();
      admitted.call.parameters = std::move(decoded).value();
      return admitted;
    };
    Result<Admission> admitted = co_await on_pool<Admission>(std::move(first));
    if (!admitted) co_return std::move(admitted).error();
    const Action& action = *exchange.action;
    Call& call = admitted->call;
    std::function<Result<Work>()> rest = [&] { return prepare(exchange, call); };
    if (!action.description->idempotent) co_return co_await on_pool<Work>(std::move(rest));
    const std::string_view key = request.header(kIdempotencyKeyHeader);
    Result<IdempotentCall> named = identify_call(key, call.scope, action.name, call.parameters);
    if (!named) co_return std::move(named).error();
    auto place = under_way_.begin(named->key);
    if (!place) co_return std::move(place).error();
    exchange.under_way.emplace(std::move(*place));
    const std::int64_t now_ms = call.now_ms;
    jobs::ReadJob<std::optional<RecordedAnswer>> find = [&](storage::Reader& reader) {
      return find_answer(reader, *named, now_ms);
    };
    auto found = co_await jobs::read(parts_.database, std::move(find));
    if (!found) co_return std::move(found).error();
    if (*found) co_return replay(std::move(**found), exchange);
    // The signature does not cover the key: with another one the request is still the same.
    Status fresh = refuse_replay(request, admitted->head, exchange);
    if (!fresh) co_return std::move(fresh).error();
    Result<Work> work = co_await on_pool<Work>(std::move(rest));
    if (work) record_with_job(*work, *named, exchange.request_id, now_ms);
    co_return work;
  }

  static Work replay(RecordedAnswer answer, Exchange& exchange) {
    exchange.replayed = true;
    exchange.request_id = std::move(answer.request_id);
    return Work::quick_read(
        [fields = std::move(answer.fields)](storage::Reader&) -> Answer { return fields; });
  }

  template <class T>
  net::Task<Result<T>> on_pool(std::function<Result<T>()> decision) {
    std::optional<Result<T>> decided;
    std::function<void()> job = [&] { decided.emplace(decision()); };
    Status ran = co_await net::run_on(parts_.pool, std::move(job));
    if (!ran) co_return std::move(ran).error();
    co_return std::move(*decided);
  }

  /// The checks in the protocol's order: form, signature, names, region, permission, frequency. Runs on any
  /// thread.
  Status admit(const net::HttpRequest& request, Exchange& exchange, Admission& admitted) {
    auto read = exchange.session ? read_session_head(request) : read_head(request);
    if (!read) return std::move(read).error();
    admitted.head = std::move(read).value();
    const RequestHead& head = admitted.head;
    exchange.named_action = head.action.substr(0, kLoggedNameBytesMax);
    exchange.version = head.version.substr(0, kNamedVersionBytesMax);
    exchange.region = head.region.substr(0, kLoggedNameBytesMax);
    if (head.signing == RequestHead::Signing::v1)
      exchange.form_secret_id = head.parameter("SecretId").substr(0, kNamedSecretIdBytesMax);
    // Version 1 names the program by a parameter; its User-Agent is then that of an HTTP library.
    if (const std::string_view named = head.parameter("RequestClient"); !named.empty() && !exchange.session)
      exchange.client = client_name(named);
    const std::int64_t now_ms = parts_.clock.now_ms();
    auto credential = find_caller(request, head, exchange, now_ms / 1000);
    if (!credential) return std::move(credential).error();
    exchange.account_id = (*credential)->account_id;
    exchange.caller = *credential;
    exchange.masked = (*credential)->addresses_masked;
    if (!parts_.actions.has_version(head.version)) return unknown_name(errors::kNoVersion, head);
    exchange.action = parts_.actions.find(head.version, head.action);
    if (exchange.action == nullptr) return unknown_name(errors::kNoAction, head);
    const bool tc3 = head.signing == RequestHead::Signing::tc3;
    Status allowed = regions_.check(head.region, tc3 ? "X-TC-Region" : "Region");
    if (!allowed) return std::move(allowed).error();
    const bool reads = exchange.action->description->effect == ActionDescription::Effect::read;
    audit_.begin(exchange, **credential);
    if (!(*credential)->may_call(head.action, reads)) {
      // Counted apart: what one credential may not do must not use up what the account's others may.
      allowed = rate_limit_.enter(exchange.account_id, "refused", (*credential)->secret_id, now_ms);
      return allowed ? Status(Error(errors::kNotAllowed)) : std::move(allowed);
    }
    allowed = rate_limit_.enter(exchange.account_id, head.region, head.action, now_ms);
    if (!allowed) return std::move(allowed).error();
    if (Status spared = ask_chaos(parts_.chaos, exchange); !spared) return std::move(spared).error();
    // A repetition with its idempotency key gets its first answer.
    const bool keyed = exchange.action->description->idempotent && request.has_header(kIdempotencyKeyHeader);
    if (!reads && !keyed) {
      if (Status fresh = refuse_replay(request, head, exchange); !fresh) return std::move(fresh).error();
    }
    Call& call = admitted.call;
    call.scope = {exchange.account_id, head.region};
    call.app_id = (*credential)->app_id;
    call.caller = std::move(*credential);
    call.session = exchange.session;
    call.language = exchange.language;
    call.request_id = exchange.request_id;
    call.client = exchange.client;
    call.now_ms = now_ms;
    return Done{};
  }

  Result<SigningKeys::CredentialPointer> find_caller(const net::HttpRequest& request, const RequestHead& head,
                                                     Exchange& exchange, std::int64_t now_s) {
    if (exchange.session) return exchange.session->rights;
    return authenticator_.authenticate(request, head, now_s, &exchange.payload_hash);
  }

  /// With api.replays = refuse: errors::kReplayed for a signed request that was carried out before.
  Status refuse_replay(const net::HttpRequest& request, const RequestHead& head, Exchange& exchange) {
    if (!replay_guard_ || exchange.session) return Done{};
    const auto key = ReplayGuard::key_of(request, head, signature_of(request, head));
    Status fresh = replay_guard_->enter(key, exchange.started);
    if (fresh) exchange.replay_key = key;
    return fresh;
  }

  /// From the parameters as sent to the action's work. Runs on any thread.
  Result<Work> decode_and_prepare(Exchange& exchange, Admission& admitted,
                                  const net::HttpRequest& request) const {
    auto decoded = decode_request(*exchange.action->description, admitted.head, request);
    if (!decoded) return std::move(decoded).error();
    admitted.call.parameters = std::move(decoded).value();
    return prepare(exchange, admitted.call);
  }

  Result<Work> prepare(Exchange& exchange, Call& call) const {
    const Action& action = *exchange.action;
    drop_empty_optionals(*action.description, call.parameters);
    if (exchange.audited) add_target(*exchange.audited, call.parameters);
    if (Status checked = check_parameters(*action.description, call.parameters, bounds_); !checked) {
      return std::move(checked).error();
    }
    return action.prepare(call);
  }

  const GatewayParts parts_;
  const Language language_;  // The language when a request names none.
  const std::vector<SettingBound> bounds_;
  const std::string call_page_;
  const CallAudit audit_;
  Authenticator authenticator_;
  const Regions regions_;
  RateLimit rate_limit_;
  CallKeeper keeper_;
  CallsUnderWay under_way_;
  std::optional<ReplayGuard> replay_guard_;  // Only with api.replays = refuse.
};

Gateway::Gateway(GatewayParts parts, GatewayOptions options)
    : pipeline_(std::make_unique<Pipeline>(parts, std::move(options))) {}

Gateway::~Gateway() = default;

net::Task<net::HttpResponse> Gateway::handle(net::HttpRequest request) {
  return pipeline_->answer(std::move(request), nullptr);
}

net::Task<net::HttpResponse> Gateway::answer_session(std::shared_ptr<const SessionCaller> caller,
                                                     net::HttpRequest request) {
  return pipeline_->answer(std::move(request), std::move(caller));
}

net::BodyAllowance Gateway::allow_body(const net::HttpRequest& head) {
  // The credential of a version 1 form stands somewhere in its body.
  if (signing_of(head) == RequestHead::Signing::v1) return {.bytes = kV1BodyBytesMax, .known_client = false};
  if (pipeline_->judge_head(head)) return {};
  return {.bytes = net::BodyShare::kFreeBytes, .known_client = false};
}

net::HttpResponse Gateway::too_large(const net::HttpRequest& head) {
  const Exchange exchange = pipeline_->open(head);
  // SES: a version 1 form has a smaller limit and a text of its own, which names the way out.
  if (signing_of(head) == RequestHead::Signing::v1)
    return pipeline_->close(exchange, Error(errors::kV1TooLarge), &head);
  if (Status judged = pipeline_->judge_head(head); !judged)
    return pipeline_->close(exchange, std::move(judged).error(), &head);
  return pipeline_->close(exchange, Error(errors::kTooLarge).with("limit", std::to_string(kBodyBytesMax)),
                          &head);
}

net::HttpResponse Gateway::head_too_large(const net::HttpRequest& begin) {
  const Exchange exchange = pipeline_->open(begin);
  Error error(errors::kTooLarge);
  if (!begin.query().empty()) error = std::move(error).with("limit", std::to_string(kQueryBytesMax));
  return pipeline_->close(exchange, std::move(error), &begin);
}

net::HttpResponse Gateway::malformed(std::string_view why) {
  const Exchange exchange = pipeline_->open();
  // The reasons of the HTTP parser are English only.
  Error error = exchange.language == Language::en ? Error(errors::kNotHttp).with("rule", std::string(why))
                                                  : Error(errors::kNotHttp);
  net::HttpResponse response =
      pipeline_->close(exchange, std::move(error).because(std::string(why)), nullptr);
  response.status = 400;
  return response;
}

net::HttpResponse Gateway::overloaded(const net::HttpRequest& head) {
  return pipeline_->close(pipeline_->open(head), Error(net::errors::kOverloaded), &head);
}

net::HttpResponse Gateway::failed(const net::HttpRequest& head) {
  return pipeline_->close(pipeline_->open(head), Error(errors::kHandlerFailed), &head);
}

}  // namespace sesame::cloudapi
