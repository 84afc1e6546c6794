#include "engagement/unsubscribe_handler.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "base/log.hpp"
#include "content/links.hpp"
#include "engagement/errors.hpp"
#include "jobs/await.hpp"

namespace sesame::engagement {
namespace {

// Mail programs may add fields and choose any boundary (RFC 8058 §3.1, RFC 7578 §4.1).
constexpr std::size_t kFormBytesMax = std::size_t{1} << 20;
constexpr content::UnsubscribeOption kEnglish = 2;

UnsubscribeWish wish_of(std::string_view field, std::string_view value) {
  if (ascii::iequals(field, kUnsubscribeField) && ascii::iequals(value, kUnsubscribeValue))
    return UnsubscribeWish::unsubscribe;
  if (field == kSubscribeField && value == kSubscribeValue) return UnsubscribeWish::subscribe;
  return UnsubscribeWish::nothing;
}

int hex_digit(char c) {
  if (ascii::is_digit(c)) return c - '0';
  const char lower = ascii::to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Decodes a name or a value of application/x-www-form-urlencoded (URL Standard §5.1), without the white
/// space at its ends.
std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      plain += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return std::string(ascii::trim(plain));
}

UnsubscribeWish read_pairs(std::string_view body) {
  // Longer pairs are ignored: ours have less, however they are encoded.
  constexpr std::size_t kPairBytesMax = 256;
  for (const std::string_view pair : ascii::split(ascii::trim(body), '&')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.size() > kPairBytesMax) continue;
    const UnsubscribeWish wish = wish_of(decoded(pair.substr(0, equals)), decoded(pair.substr(equals + 1)));
    if (wish != UnsubscribeWish::nothing) return wish;
  }
  return UnsubscribeWish::nothing;
}

/// The value of the parameter `name` in a line of a part's head, quoted or not; nullopt when there is none.
std::optional<std::string_view> name_in(std::string_view line) {
  constexpr std::string_view kName = "name";
  for (std::size_t at = 0; at + kName.size() <= line.size(); ++at) {
    const bool begins = at == 0 || line[at - 1] == ';' || ascii::is_space(line[at - 1]);
    if (!begins || !ascii::istarts_with(line.substr(at), kName)) continue;
    std::string_view rest = ascii::trim(line.substr(at + kName.size()));
    if (!rest.starts_with('=')) continue;
    rest = ascii::trim(rest.substr(1));
    if (rest.starts_with('"')) return rest.substr(1, rest.substr(1).find('"'));
    return ascii::trim(rest.substr(0, rest.find(';')));
  }
  return std::nullopt;
}

/// Reads the parts of a multipart form (RFC 7578 §4.2) line by line. Lines may end in LF alone.
UnsubscribeWish read_parts(std::string_view body) {
  std::string_view field;
  bool in_head = false;
  for (const std::string_view ended : ascii::split(body, '\n')) {
    const std::string_view line = ascii::trim(ended);
    if (line.starts_with("--")) {
      field = {};
      in_head = true;
    } else if (in_head && line.empty()) {
      in_head = false;
    } else if (in_head) {
      field = name_in(line).value_or(field);
    } else if (!field.empty() && !line.empty()) {
      const UnsubscribeWish wish = wish_of(field, line);
      if (wish != UnsubscribeWish::nothing) return wish;
      field = {};
    }
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
  // A body says itself which form it has; some programs send it without its type.
  const bool parts = ascii::istarts_with(ascii::trim(content_type), "multipart/") || body.starts_with("--");
  return parts ? read_parts(body) : read_pairs(body);
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
