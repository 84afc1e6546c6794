#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/mail_id.hpp"
#include "base/clock.hpp"
#include "content/mail_tokens.hpp"

namespace sesame::content {

/// The facts in the token of a tracked link.
struct MadeLink {
  accounts::MailId mail;
  std::int64_t made_ms = 0;  // The minute in which the mail was composed; 0: unknown.
  unsigned links = 0;        // click: how many different tracked links the mail has; 0: unknown.
  std::string target;        // click.
};

/// The addresses a mail carries that lead back here: of the web server and of the bounce mailbox. Immutable;
/// safe from any thread; the tokens outlive it.
class Links {
 public:
  /// `public_url` is where recipients reach this server, without a slash at its end; empty: no link can be
  /// made. `bounce_domain` is the domain whose mail exchanger this server is; empty: no return path. `clock`
  /// outlives the links; null: tracked links carry no time.
  Links(const MailTokens& tokens, std::string public_url, std::string bounce_domain,
        const Clock* clock = nullptr);

  bool has_url() const { return !public_url_.empty(); }
  bool has_return_path() const { return !bounce_domain_.empty(); }

  /// Whether the address is one of this server's.
  bool leads_here(std::string_view url) const;

  /// The URL of the image that a mail program fetches when it shows the mail.
  std::string open_url(const accounts::MailId& mail) const;
  /// The URL that leads to `target` by way of this server. `links`: how many different tracked links the mail
  /// has; 0: unknown.
  std::string click_url(const accounts::MailId& mail, std::string_view target, unsigned links = 0) const;
  /// The URL of the page on which a recipient unsubscribes; mail programs post to it (RFC 8058).
  /// `language` is the API's number of the page's language ("1").
  std::string unsubscribe_url(const accounts::MailId& mail, std::string_view language) const;
  /// The URL that previews show in place of a recipient's own; it unsubscribes nobody.
  std::string preview_url() const { return url(kUnsubscribePath, "preview"); }
  /// MAIL FROM: mail that comes back to it names the mail it is about (VERP).
  std::string return_path(const accounts::MailId& mail) const;
  /// The same token for the header kReferenceField: a returned mail that is attached to a bounce or a
  /// complaint names itself, whichever way the report came.
  std::string reference(const accounts::MailId& mail) const;

  static constexpr std::string_view kOpenPath = "/t/o/";
  static constexpr std::string_view kClickPath = "/t/c/";
  static constexpr std::string_view kUnsubscribePath = "/u/";
  static constexpr std::string_view kReturnPathStart = "b-";
  static constexpr std::string_view kReferenceField = "X-Sesame-Ref";

 private:
  std::string url(std::string_view path, const std::string& token) const;
  std::string facts(unsigned links) const;

  const MailTokens& tokens_;
  const std::string public_url_;
  const std::string bounce_domain_;
  const Clock* const clock_;
};

/// Opens the token of an image or of a link. nullopt when it was not made with this key for this use. Takes
/// any bytes. Thread: any.
std::optional<MadeLink> open_image_token(const MailTokens& tokens, std::string_view token);
std::optional<MadeLink> open_link_token(const MailTokens& tokens, std::string_view token);

}  // namespace sesame::content
