#include "engagement/tracking_pages.hpp"

#include <utility>

#include "base/earliest_time.hpp"
#include "base/utf8.hpp"
#include "engagement/visitors.hpp"

namespace sesame::engagement {

namespace {

constexpr std::size_t kUserAgentBytesMax = 512;
constexpr std::int64_t kDayMs = 86'400'000;

// One transparent pixel (GIF89a).
constexpr unsigned char kPixel[] = {'G', 'I', 'F', '8', '9', 'a',  1, 0, 1, 0,   0x80, 0, 0,   0, 0,
                                    0,   255, 255, 255, '!', 0xf9, 4, 1, 0, 0,   0,    0, ',', 0, 0,
                                    0,   0,   1,   0,   1,   0,    0, 2, 2, 'D', 1,    0, ';'};

net::HttpResponse uncached(unsigned status) {
  net::HttpResponse response;
  response.status = status;
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

net::HttpResponse not_found() {
  net::HttpResponse response = uncached(404);
  response.content_type = "text/html; charset=utf-8";
  response.body = "<!doctype html><title>Not found</title><p>This link is damaged or was never valid.</p>\n";
  return response;
}

net::HttpResponse gone() {
  net::HttpResponse response = uncached(410);  // RFC 9110 §15.5.11
  response.content_type = "text/html; charset=utf-8";
  response.body = "<!doctype html><title>Gone</title><p>This link is no longer valid.</p>\n";
  return response;
}

net::HttpResponse wrong_method() {
  net::HttpResponse response = uncached(405);
  response.headers.emplace_back("Allow", "GET, HEAD");  // RFC 9110 §15.5.6
  return response;
}

bool announced_ahead(const net::HttpRequest& request) {
  for (const std::string_view name : {"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"}) {
    if (announces_prefetch(request.header(name))) return true;
  }
  return false;
}

/// Mends the name, which becomes part of the webhook's JSON, and cuts it.
std::string printable(std::string_view user_agent) {
  return std::string(utf8::truncate(utf8::mended_to_store(user_agent), kUserAgentBytesMax));
}

}  // namespace

std::string location_of(std::string_view target) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string location;
  location.reserve(target.size());
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7f)
      location += c;
    else
      location += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return location;
}

net::Task<net::HttpResponse> TrackingPages::handle(net::HttpRequest request) { co_return answer(request); }

net::HttpResponse TrackingPages::answer(const net::HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") return wrong_method();
  std::string_view path = request.path();
  if (path.starts_with(content::Links::kClickPath))
    return follow(request, path.substr(content::Links::kClickPath.size()));
  if (path.starts_with(content::Links::kOpenPath))
    return show_pixel(request, path.substr(content::Links::kOpenPath.size()));
  return not_found();
}

net::HttpResponse TrackingPages::show_pixel(const net::HttpRequest& request, std::string_view token) {
  auto opened = content::open_image_token(parts_.tokens, token);
  if (!opened) return not_found();
  if (is_gone(*opened)) return gone();
  count(request, effects::EventKind::open, std::move(*opened));
  net::HttpResponse response = uncached(200);
  response.content_type = "image/gif";
  response.body.assign(reinterpret_cast<const char*>(kPixel), sizeof(kPixel));
  return response;
}

net::HttpResponse TrackingPages::follow(const net::HttpRequest& request, std::string_view token) {
  auto opened = content::open_link_token(parts_.tokens, token);
  if (!opened) return not_found();
  if (is_gone(*opened)) return gone();
  net::HttpResponse response = uncached(302);
  response.headers.emplace_back("Location", location_of(opened->target));
  // The token names a mail, which the linked site must not learn.
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  count(request, effects::EventKind::click, std::move(*opened));
  return response;
}

bool TrackingPages::is_gone(const content::MadeLink& link) const {
  if (!parts_.keyring.is_enabled(link.mail.account_id)) return true;
  if (options_.link_days == 0 || link.made_ms < kEarliestMs) return false;
  return parts_.clock.now_ms() - link.made_ms >= options_.link_days * kDayMs;
}

void TrackingPages::count(const net::HttpRequest& request, effects::EventKind kind, content::MadeLink link) {
  const std::string_view agent = request.header("User-Agent");
  const std::int64_t now_ms = parts_.clock.now_ms();
  const bool fresh = now_ms - link.made_ms < VisitQueue::kScannedWithinMs;
  effects::MailEvent visit;
  visit.kind = kind;
  visit.mail = link.mail;
  visit.happened_ms = now_ms;
  visit.link = std::move(link.target);
  visit.user_agent = printable(agent);
  visit.visitor =
      visitors_.load()->visitor_of({kind, request.method == "HEAD", announced_ahead(request), agent});
  const bool may_scan =
      fresh && kind == effects::EventKind::click && visit.visitor == effects::Visitor::person;
  parts_.visits.add(std::move(visit), may_scan ? link.links : 0);
}

}  // namespace sesame::engagement
