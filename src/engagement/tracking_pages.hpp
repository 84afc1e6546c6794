#pragma once

#include <atomic>

#include "accounts/keyring.hpp"
#include "base/clock.hpp"
#include "base/setting.hpp"
#include "content/links.hpp"
#include "content/mail_tokens.hpp"
#include "engagement/visit_queue.hpp"
#include "engagement/visitors.hpp"
#include "net/http_server.hpp"

namespace sesame::engagement {

struct TrackingPageOptions {
  std::int64_t link_days = 90;  // 0: for ever.

  void visit(SettingVisitor& settings) {
    settings.number(
        "tracking.link_days", link_days, {0, 3650},
        "days for which the tracked links of a mail lead on, counted from its sending; 0: for ever");
  }
};

/// Answers the tracking URLs of mails: `/t/o/TOKEN` with an image of one transparent pixel, `/t/c/TOKEN` with
/// a redirect to the URL in the token. No table is looked into, and no reply waits for the counting. 404 for
/// tokens that this server did not make; 410 when the link's days are over or its account is disabled.
/// Thread: any.
class TrackingPages final : public net::HttpHandler {
 public:
  static constexpr std::string_view kPrefix = "/t/";

  /// All references outlive the pages.
  struct Parts {
    const content::MailTokens& tokens;
    const accounts::Keyring& keyring;
    const VisitorRules& visitors;
    VisitQueue& visits;
    const Clock& clock;
  };
  explicit TrackingPages(const Parts& parts, const TrackingPageOptions& options = {})
      : parts_(parts), options_(options), visitors_(&parts.visitors) {}

  /// Judges visitors by these rules from now on; a visit of this moment may still be judged by the others.
  /// Both outlive the pages.
  void use(const VisitorRules& visitors) { visitors_ = &visitors; }

  net::Task<net::HttpResponse> handle(net::HttpRequest request) override;

 private:
  net::HttpResponse answer(const net::HttpRequest& request);
  net::HttpResponse show_pixel(const net::HttpRequest& request, std::string_view token);
  net::HttpResponse follow(const net::HttpRequest& request, std::string_view token);
  bool is_gone(const content::MadeLink& link) const;
  void count(const net::HttpRequest& request, effects::EventKind kind, content::MadeLink link);

  const Parts parts_;
  const TrackingPageOptions options_;
  std::atomic<const VisitorRules*> visitors_;
};

/// Encodes a URL for a Location field: blanks, control and non-ASCII characters as `%XX` (RFC 3986 §2.1).
/// Thread: any.
std::string location_of(std::string_view target);

}  // namespace sesame::engagement
