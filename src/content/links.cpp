#include "content/links.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/bytes.hpp"

namespace sesame::content {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;

std::optional<MadeLink> opened_link(const MailTokens& tokens, TokenUse timed, TokenUse plain,
                                    std::string_view token) {
  MadeLink link;
  if (auto opened = tokens.open(timed, token)) {
    ByteReader in(opened->payload);
    const auto minute = static_cast<std::int64_t>(in.varint());
    link.links = static_cast<unsigned>(in.varint());
    if (in.failed()) return std::nullopt;
    link.mail = opened->mail;
    link.made_ms = minute * kMinuteMs;
    link.target = in.rest();
    return link;
  }
  // Mail of earlier versions.
  auto opened = tokens.open(plain, token);
  if (!opened) return std::nullopt;
  link.mail = opened->mail;
  link.target = std::move(opened->payload);
  return link;
}

}  // namespace

Links::Links(const MailTokens& tokens, std::string public_url, std::string bounce_domain, const Clock* clock)
    : tokens_(tokens),
      public_url_(std::move(public_url)),
      bounce_domain_(std::move(bounce_domain)),
      clock_(clock) {}

/// The beginning of a timed token's payload.
std::string Links::facts(unsigned links) const {
  std::string facts;
  ByteWriter out(facts);
  out.varint(static_cast<std::uint64_t>(std::max<std::int64_t>(0, clock_->now_ms() / kMinuteMs)));
  out.varint(links);
  return facts;
}

std::string Links::url(std::string_view path, const std::string& token) const {
  std::string url = public_url_;
  url += path;
  url += token;
  return url;
}

bool Links::leads_here(std::string_view url) const {
  if (public_url_.empty() || !ascii::istarts_with(url, public_url_)) return false;
  const std::string_view rest = url.substr(public_url_.size());
  return rest.empty() || rest.front() == '/' || rest.front() == '?' || rest.front() == '#';
}

std::string Links::open_url(const accounts::MailId& mail) const {
  if (clock_ == nullptr) return url(kOpenPath, tokens_.make(TokenUse::open, mail));
  return url(kOpenPath, tokens_.make(TokenUse::timed_open, mail, facts(0)));
}

std::string Links::click_url(const accounts::MailId& mail, std::string_view target, unsigned links) const {
  if (clock_ == nullptr) return url(kClickPath, tokens_.make(TokenUse::click, mail, target));
  std::string payload = facts(links);
  payload += target;
  return url(kClickPath, tokens_.make(TokenUse::timed_click, mail, payload));
}

std::string Links::unsubscribe_url(const accounts::MailId& mail, std::string_view language) const {
  return url(kUnsubscribePath, tokens_.make(TokenUse::unsubscribe, mail, language));
}

std::string Links::return_path(const accounts::MailId& mail) const {
  return std::string(kReturnPathStart) + reference(mail) + "@" + bounce_domain_;
}

std::string Links::reference(const accounts::MailId& mail) const {
  return tokens_.make_for_address(TokenUse::bounce, mail);
}

std::optional<MadeLink> open_image_token(const MailTokens& tokens, std::string_view token) {
  return opened_link(tokens, TokenUse::timed_open, TokenUse::open, token);
}

std::optional<MadeLink> open_link_token(const MailTokens& tokens, std::string_view token) {
  return opened_link(tokens, TokenUse::timed_click, TokenUse::click, token);
}

}  // namespace sesame::content
