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

/// What the fields of a posted form ask for.
enum class UnsubscribeWish : std::uint8_t { nothing, unsubscribe, subscribe };

/// Reads application/x-www-form-urlencoded and multipart/form-data (RFC 8058 §3.2 allows both). Takes any
/// bytes. Pure.
UnsubscribeWish read_wish(std::string_view content_type, std::string_view body);

/// Answers whoever follows the unsubscribe link of a mail. A GET shows a page and changes nothing, whoever
/// looks: scanners follow links, too. A POST from a mail program or from the page's button is carried out and
/// on disk when it is answered, without a redirect, cookie or login. Any loop; the parts outlive it.
class UnsubscribeHandler final : public net::HttpHandler {
 public:
  struct Parts {
    storage::Database& database;
    const content::MailTokens& tokens;
    const effects::MailEffects& effects;
    const Clock& clock;
  };
  explicit UnsubscribeHandler(const Parts& parts) : parts_(parts) {}

  /// The path is Links::kUnsubscribePath and a token. 200 with a page; 404 for a token that was not made here
  /// or whose mail is not known any more; 400 for a form that asks for nothing; 405; 503 when the database
  /// can't.
  net::Task<net::HttpResponse> handle(net::HttpRequest request) override;

 private:
  /// What became of a request in the database.
  struct RequestOutcome {
    std::optional<Subscription> subscription;
  };
  net::Task<Result<RequestOutcome>> look(accounts::MailId mail);
  net::Task<Result<RequestOutcome>> carry_out(accounts::MailId mail, UnsubscribeWish wish);

  const Parts parts_;
};

}  // namespace sesame::engagement
