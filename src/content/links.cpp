#include "content/links.hpp"

#include <utility>

#include "base/ascii.hpp"

namespace sesame::content {

Links::Links(const MailTokens& tokens, std::string public_url, std::string bounce_domain)
    : tokens_(tokens), public_url_(std::move(public_url)), bounce_domain_(std::move(bounce_domain)) {}

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
  return url(kOpenPath, tokens_.make(TokenUse::open, mail));
}

std::string Links::click_url(const accounts::MailId& mail, std::string_view target) const {
  return url(kClickPath, tokens_.make(TokenUse::click, mail, target));
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

}  // namespace sesame::content
