#pragma once

#include "base/clock.hpp"
#include "content/mail_tokens.hpp"
#include "engagement/visit_queue.hpp"
#include "net/http_server.hpp"

namespace sesame::engagement {

/// What the images and links of mails lead to: `/t/o/TOKEN` (an image of one transparent point) and
/// `/t/c/TOKEN` (on to the address in the token). Nothing is looked up to answer, and nobody waits for the
/// counting. A token that this server did not make leads nowhere: 404. Any loop.
class TrackingPages final : public net::HttpHandler {
 public:
  static constexpr std::string_view kPrefix = "/t/";

  /// All of it outlives the pages.
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

/// The address as it may stand in a Location field: blanks, control and non-ASCII characters as `%XX`
/// (RFC 3986 §2.1). Pure.
std::string location_of(std::string_view target);

}  // namespace sesame::engagement
