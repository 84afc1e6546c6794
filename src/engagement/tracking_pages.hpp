#pragma once

#include "base/clock.hpp"
#include "content/mail_tokens.hpp"
#include "engagement/visit_queue.hpp"
#include "net/http_server.hpp"

namespace sesame::engagement {

/// Answers the tracking URLs of mails: `/t/o/TOKEN` with an image of one transparent pixel, `/t/c/TOKEN` with
/// a redirect to the URL in the token. Nothing is looked up, and no reply waits for the counting. 404 for
/// tokens that this server did not make. Thread: any.
class TrackingPages final : public net::HttpHandler {
 public:
  static constexpr std::string_view kPrefix = "/t/";

  /// All arguments outlive the pages.
  TrackingPages(const content::MailTokens& tokens, VisitQueue& visits, const Clock& clock)
      : tokens_(tokens), visits_(visits), clock_(clock) {}

  net::Task<net::HttpResponse> handle(net::HttpRequest request) override;

 private:
  net::HttpResponse answer(const net::HttpRequest& request);
  net::HttpResponse show_pixel(const net::HttpRequest& request, std::string_view token);
  net::HttpResponse follow(const net::HttpRequest& request, std::string_view token);
  void count(const net::HttpRequest& request, effects::EventKind kind, content::OpenedToken opened);

  const content::MailTokens& tokens_;
  VisitQueue& visits_;
  const Clock& clock_;
};

/// Encodes a URL for a Location field: blanks, control and non-ASCII characters as `%XX` (RFC 3986 §2.1).
/// Thread: any.
std::string location_of(std::string_view target);

}  // namespace sesame::engagement
