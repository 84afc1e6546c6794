#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "content/mail_tokens.hpp"
#include "effects/mail_effects.hpp"
#include "effects/sent_mail.hpp"
#include "engagement/unsubscribe_page.hpp"
#include "net/http_server.hpp"
#include "storage/database.hpp"

namespace sesame::engagement {

/// The request of a posted form.
enum class UnsubscribeWish : std::uint8_t { nothing, unsubscribe, subscribe };

/// Reads a form, application/x-www-form-urlencoded or multipart/form-data (RFC 8058 §3.2 allows both), of any
/// bytes. Thread: any.
UnsubscribeWish read_wish(std::string_view content_type, std::string_view body);

/// Answers requests for the unsubscribe links of mails. A GET shows a page and changes nothing, since
/// scanners follow links, too. A POST by a mail program or the page's button is executed, and its change is
/// on disk before the reply; no redirect, cookie or login. Its parts outlive it. Thread: any.
class UnsubscribeHandler final : public net::HttpHandler {
 public:
  struct Parts {
    storage::Database& database;
    const content::MailTokens& tokens;
    const effects::MailEffects& effects;
    const Clock& clock;
  };
  explicit UnsubscribeHandler(const Parts& parts) : parts_(parts) {}

  /// Answers a request whose path is Links::kUnsubscribePath and a token. 200 with a page; 404 for a token
  /// that was not made here or whose mail is unknown or expired; 400 for a form without a request; 405; 503
  /// when the database fails.
  net::Task<net::HttpResponse> handle(net::HttpRequest request) override;

 private:
  /// The result of a request's database job.
  struct RequestOutcome {
    std::optional<Subscription> subscription;
  };
  net::Task<Result<RequestOutcome>> look(accounts::MailId mail);
  net::Task<Result<RequestOutcome>> carry_out(accounts::MailId mail, UnsubscribeWish wish);

  const Parts parts_;
};

}  // namespace sesame::engagement
