#include "engagement/unsubscribe_handler.hpp"

#include <functional>
#include <memory>
#include <utility>

#include "base/ascii.hpp"
#include "base/log.hpp"
#include "content/links.hpp"
#include "engagement/errors.hpp"
#include "jobs/await.hpp"

namespace sesame::engagement {
namespace {

// A form with its one field takes less than a hundred bytes, whatever boundary a mail program chooses.
constexpr std::size_t kFormBytesMax = 4096;
constexpr content::UnsubscribeOption kEnglish = 2;

UnsubscribeWish wish_of(std::string_view field, std::string_view value) {
  if (ascii::iequals(field, kUnsubscribeField) && ascii::iequals(value, kUnsubscribeValue))
    return UnsubscribeWish::unsubscribe;
  if (field == kSubscribeField && value == kSubscribeValue) return UnsubscribeWish::subscribe;
  return UnsubscribeWish::nothing;
}

UnsubscribeWish read_pairs(std::string_view body) {
  for (const std::string_view pair : ascii::split(ascii::trim(body), '&')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const UnsubscribeWish wish = wish_of(pair.substr(0, equals), pair.substr(equals + 1));
    if (wish != UnsubscribeWish::nothing) return wish;
  }
  return UnsubscribeWish::nothing;
}

/// Reads the parts of a multipart form: the name after `name="`, the value after the empty line that ends the
/// part's head (RFC 7578 §4.2).
UnsubscribeWish read_parts(std::string_view body) {
  constexpr std::string_view kName = "name=\"", kHeadEnd = "\r\n\r\n";
  for (std::size_t at = body.find(kName); at != std::string_view::npos; at = body.find(kName)) {
    body.remove_prefix(at + kName.size());
    const std::string_view field = body.substr(0, body.find('"'));
    const std::size_t head_end = body.find(kHeadEnd);
    if (head_end == std::string_view::npos) break;
    const std::string_view value = body.substr(head_end + kHeadEnd.size());
    const UnsubscribeWish wish = wish_of(field, ascii::trim(value.substr(0, value.find("\r\n"))));
    if (wish != UnsubscribeWish::nothing) return wish;
  }
  return UnsubscribeWish::nothing;
}

net::HttpResponse answer(unsigned status, std::string page) {
  net::HttpResponse response;
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.body = std::move(page);
  response.headers = {{"Content-Security-Policy", unsubscribe_page_policy()},
                      {"Referrer-Policy", "no-referrer"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"X-Robots-Tag", "noindex, nofollow"},
                      {"Cache-Control", "no-store"}};
  return response;
}

net::HttpResponse not_found(const content::UnsubscribeTexts& texts) {
  return answer(404, unsubscribe_page(texts, UnsubscribeView::invalid));
}

UnsubscribeView view_of(const Subscription& subscription, UnsubscribeWish wish) {
  if (subscription.state != Subscription::State::subscribed) return UnsubscribeView::done;
  return wish == UnsubscribeWish::subscribe ? UnsubscribeView::again : UnsubscribeView::ask;
}

/// The language of the link; English for languages that only a later version knows.
const content::UnsubscribeTexts& texts_of(std::string_view option) {
  const auto known = content::parse_unsubscribe_option(option);
  const content::UnsubscribeTexts* texts = known ? content::unsubscribe_texts(*known) : nullptr;
  return texts != nullptr ? *texts : *content::unsubscribe_texts(kEnglish);
}

}  // namespace

UnsubscribeWish read_wish(std::string_view content_type, std::string_view body) {
  if (body.size() > kFormBytesMax) return UnsubscribeWish::nothing;
  return ascii::istarts_with(content_type, "multipart/form-data") ? read_parts(body) : read_pairs(body);
}

net::Task<net::HttpResponse> UnsubscribeHandler::handle(net::HttpRequest request) {
  const bool posts = request.method == "POST";
  if (!posts && request.method != "GET" && request.method != "HEAD") {
    net::HttpResponse refusal = answer(405, {});
    refusal.headers.emplace_back("Allow", "GET, HEAD, POST");
    co_return refusal;
  }
  const std::string_view path = request.path();
  if (!path.starts_with(content::Links::kUnsubscribePath)) co_return not_found(texts_of({}));
  const std::string_view token = path.substr(content::Links::kUnsubscribePath.size());
  const std::optional<content::OpenedToken> opened =
      parts_.tokens.open(content::TokenUse::unsubscribe, token);
  if (!opened) co_return not_found(texts_of({}));
  const content::UnsubscribeTexts& texts = texts_of(opened->payload);
  const UnsubscribeWish wish =
      posts ? read_wish(request.header("Content-Type"), request.body) : UnsubscribeWish::nothing;
  Result<RequestOutcome> found = Error(errors::kNotAsked);
  if (wish == UnsubscribeWish::nothing)
    found = co_await look(opened->mail);
  else
    found = co_await carry_out(opened->mail, wish);
  if (!found) {
    log_warning("engagement.unsubscribe_failed", {{"reason", found.error().reason()}});
    co_return answer(503, unsubscribe_page(texts, UnsubscribeView::failed));
  }
  if (!found->subscription) co_return not_found(texts);
  const bool confused = posts && wish == UnsubscribeWish::nothing;
  const UnsubscribeView view = view_of(*found->subscription, wish);
  co_return answer(confused ? 400 : 200, unsubscribe_page(texts, view, &*found->subscription));
}

net::Task<Result<UnsubscribeHandler::RequestOutcome>> UnsubscribeHandler::look(accounts::MailId mail) {
  jobs::ReadJob<RequestOutcome> job = [mail](storage::Reader& reader) -> Result<RequestOutcome> {
    return RequestOutcome{find_subscription(reader, mail)};
  };
  co_return co_await jobs::quick_read(parts_.database, std::move(job));
}

net::Task<Result<UnsubscribeHandler::RequestOutcome>> UnsubscribeHandler::carry_out(accounts::MailId mail,
                                                                                    UnsubscribeWish wish) {
  jobs::WriteJob<RequestOutcome> job = [this, mail, wish](storage::Writer& writer) -> Result<RequestOutcome> {
    if (wish == UnsubscribeWish::unsubscribe)
      unsubscribe(writer, parts_.effects, mail, parts_.clock.now_ms());
    else
      subscribe_again(writer, mail);
    return RequestOutcome{find_subscription(writer, mail)};
  };
  co_return co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
}

}  // namespace sesame::engagement
