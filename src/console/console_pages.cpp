#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "base/ascii.hpp"
#include "console/answers.hpp"
#include "console/browser_request.hpp"
#include "console/call_doctor.hpp"
#include "console/console.hpp"
#include "console/description_answer.hpp"
#include "console/errors.hpp"
#include "console/request_body.hpp"
#include "console/signature_doctor.hpp"
#include "jobs/await.hpp"
#include "net/http_client.hpp"

namespace sesame::console {

namespace json = boost::json;

namespace {

json::object one_finding(std::string_view rule, std::string_view text) {
  return {{"findings", json::array{json::object{{"rule", rule}, {"text", text}}}}};
}

json::object no_such_call() {
  return one_finding("not_kept",
                     "No call with this RequestId is kept: it is older than a day, another account's, or of "
                     "another server.");
}

json::object calls_not_shown() {
  return one_finding("not_allowed",
                     "Your role does not see kept calls (GetCall). Paste the request instead.");
}

}  // namespace

net::Task<net::HttpResponse> Console::describe_api(net::HttpRequest request) {
  std::string token(session_token(request));
  auto session = co_await find_session(std::move(token));
  if (!session) co_return refusal(session.error());
  ApiFacts facts;
  facts.regions = facts_.regions;
  facts.requests_per_second = facts_.requests_per_second;
  facts.base = facts_.api_base;
  if (facts.base.empty())
    facts.base = (request.secure ? "https://" : "http://") + std::string(request.header("host"));
  co_return description_answer(facts, parts_.clock.now_ms() / 1000, request.header("if-none-match"));
}

net::Task<net::HttpResponse> Console::explore(net::HttpRequest request) {
  auto session = co_await admit(request);
  if (!session) co_return refusal(session.error());
  Result<json::object> order = read_body(request);
  if (!order) co_return refusal(order.error());
  request.body = std::string();
  const json::value* send = order->if_contains("send");
  const bool sends = send == nullptr || !send->is_bool() || send->get_bool();
  if (sends && is_dangerous(text_of(*order, "action")) && !recently_proven(*session))
    co_return refusal(Error(errors::kProofNeeded));
  std::shared_ptr<const cloudapi::SessionCaller> caller = caller_of(*session);
  json::object given = std::move(*order);
  auto done = co_await parts_.explorer.call(std::move(caller), std::move(given));
  if (!done) co_return refusal(done.error());
  co_return json_answer(200, *done);
}

net::Task<net::HttpResponse> Console::diagnose(net::HttpRequest request) {
  auto session = co_await admit(request);
  if (!session) co_return refusal(session.error());
  Result<json::object> question = read_body(request);
  if (!question) co_return refusal(question.error());
  DoctorFacts facts;
  facts.account_id = session->user.account_id;
  facts.now_s = parts_.clock.now_ms() / 1000;
  facts.hosts.emplace_back(request.header("host"));
  if (const auto target = net::parse_http_target(facts_.api_base); target && !facts_.api_base.empty())
    facts.hosts.push_back(target->host_header());
  for (const std::string& host : facts_.hosts) facts.hosts.push_back(host);
  const std::string request_id = ascii::lower(ascii::trim(text_of(*question, "request_id")));
  if (!request_id.empty() && text_of(*question, "text").empty()) {
    const std::shared_ptr<const cloudapi::SessionCaller> caller = caller_of(*session);
    if (!caller->rights->may_call("GetCall", true)) co_return json_answer(200, calls_not_shown());
    const bool sees_all = caller->rights->administers && caller->rights->may_grant();
    const std::int64_t since_ms = parts_.clock.now_ms() - cloudapi::kCallsKeptMs;
    cloudapi::CallPieces waiting = parts_.calls.waiting();
    jobs::ReadJob<std::optional<cloudapi::OwnedCall>> find =
        [&](storage::Reader& reader) -> Result<std::optional<cloudapi::OwnedCall>> {
      return cloudapi::find_call(reader, waiting, request_id, since_ms);
    };
    auto found = co_await jobs::read(parts_.database, std::move(find));
    if (!found) co_return refusal(found.error());
    if (!*found || (!sees_all && (*found)->record.account_id != facts.account_id))
      co_return json_answer(200, no_such_call());
    co_return json_answer(200, examine_call((*found)->record, parts_.keyring, facts));
  }
  co_return json_answer(200, examine(*question, parts_.keyring, facts));
}

net::Task<net::HttpResponse> Console::keep_part(net::HttpRequest request) {
  auto session = co_await admit(request);
  if (!session) co_return refusal(session.error());
  Result<json::object> body = read_body(request);
  if (!body) co_return refusal(body.error());
  const json::value* images = body->if_contains("images");
  ContentPart part;
  part.remote_images = images != nullptr && images->is_bool() && images->get_bool();
  part.type = body->contains("html") ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
  part.bytes = text_of(*body, body->contains("html") ? "html" : "text");
  Result<std::string> capability =
      content_.keep(session->digest, std::move(part), parts_.random, parts_.clock.steady_now());
  if (!capability) co_return refusal(capability.error());
  json::object answer;
  answer["url"] = "/console/part/" + *capability;
  co_return json_answer(200, answer);
}

net::Task<net::HttpResponse> Console::show_part(net::HttpRequest request) {
  if (Status own = check_not_foreign(request); !own) co_return refusal(own.error());
  std::string token(session_token(request));
  auto session = co_await find_session(std::move(token));
  if (!session) co_return refusal(session.error());
  const std::string_view capability = request.path().substr(std::string_view("/console/part/").size());
  std::optional<ContentPart> part = content_.find(capability, session->digest, parts_.clock.steady_now());
  if (!part) co_return refusal(Error(errors::kNotFound));
  net::HttpResponse response;
  response.content_type = part->type;
  response.headers.emplace_back("Content-Security-Policy", content_policy(part->remote_images));
  response.headers.emplace_back("Cache-Control", "private, no-store");
  response.body = std::move(part->bytes);
  co_return response;
}

net::Task<net::HttpResponse> Console::stream_events(net::HttpRequest request) {
  std::string token(session_token(request));
  auto session = co_await find_session(std::move(token));
  if (!session) co_return refusal(session.error());
  // A browser that connects again by itself says what it has seen in the header, a page that asks for other
  // topics in the address.
  std::string last_id(request.header("last-event-id"));
  if (last_id.empty()) last_id = query_value(request.query(), "after");
  auto stream = parts_.events.open(*session, read_topics(request.query()), std::move(last_id));
  if (!stream) co_return refusal(stream.error());
  net::HttpResponse response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("X-Accel-Buffering", "no");  // nginx passes each event on at once.
  response.source = std::move(*stream);
  co_return response;
}

}  // namespace sesame::console
