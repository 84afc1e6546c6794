#include "content/link_check.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "mime/address.hpp"

namespace sesame::content {

namespace {

constexpr std::string_view kUnsafe[] = {"javascript", "data", "vbscript", "file", "blob"};
constexpr std::string_view kWithoutHost[] = {"mailto", "tel", "sms", "cid"};
constexpr std::string_view kShorteners[] = {"bit.ly",  "tinyurl.com", "t.co",   "goo.gl", "ow.ly",  "is.gd",
                                            "buff.ly", "cutt.ly",     "dwz.cn", "t.cn",   "url.cn", "suo.im"};
constexpr std::string_view kPrivateEndings[] = {".local", ".localhost", ".internal",
                                                ".lan",   ".home",      ".corp"};

/// The scheme before the colon in lower case; empty when there is none (RFC 3986 §3.1).
std::string scheme_of(std::string_view url) {
  const std::size_t colon = url.find(':');
  const std::string_view scheme = url.substr(0, colon == url.npos ? 0 : colon);
  const bool sound =
      !scheme.empty() && ascii::is_alpha(scheme.front()) && std::ranges::all_of(scheme, [](char c) {
        return ascii::is_alpha(c) || ascii::is_digit(c) || c == '+' || c == '-' || c == '.';
      });
  return sound ? ascii::lower(scheme) : std::string();
}

bool is_ipv4(std::string_view host) {
  return !host.empty() && ascii::is_digit(host.back()) &&
         std::ranges::all_of(host, [](char c) { return ascii::is_digit(c) || c == '.'; });
}

bool is_private(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  if (std::ranges::any_of(kPrivateEndings, [&](std::string_view end) { return host.ends_with(end); }))
    return true;
  if (!is_ipv4(host)) return host.find('.') == host.npos && host.find(':') == host.npos;
  if (host.starts_with("10.") || host.starts_with("127.") || host.starts_with("192.168.")) return true;
  constexpr int kFirst = 16;
  constexpr int kLast = 31;
  for (int second = kFirst; second <= kLast; ++second) {
    if (host.starts_with("172." + std::to_string(second) + ".")) return true;
  }
  return false;
}

bool is_among(std::string_view name, const auto& names) {
  return std::ranges::find(names, name) != std::end(names);
}

/// The part that people read as the name: "www." says nothing.
std::string_view without_www(std::string_view host) {
  return host.starts_with("www.") ? host.substr(4) : host;
}

}  // namespace

std::string host_of(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == url.npos) return {};
  std::string_view authority = url.substr(start + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const std::size_t at = authority.rfind('@'); at != authority.npos) authority = authority.substr(at + 1);
  if (authority.starts_with('[')) return ascii::lower(authority.substr(1, authority.find(']') - 1));
  return ascii::lower(authority.substr(0, authority.find(':')));
}

std::string_view broken_rule_of_link(std::string_view target) {
  if (target.starts_with("{{") || target.starts_with('#')) return {};
  const std::string scheme = scheme_of(target);
  if (is_among(scheme, kUnsafe)) return "link_unsafe";
  if (is_among(scheme, kWithoutHost)) return {};
  const std::string host = host_of(target);
  if (host.find("{{") != host.npos) return {};
  if (scheme.empty() || host.empty()) return "link_malformed";
  if (scheme != "http" && scheme != "https") return "link_unsafe";
  if (is_private(host)) return "link_to_private";
  if (is_ipv4(host) || host.find(':') != host.npos) return "link_to_ip";
  if (!mime::ascii_domain(host)) return "link_malformed";
  if (is_among(host, kShorteners)) return "link_shortened";
  return scheme == "http" ? "link_http" : std::string_view();
}

bool shows_another_host(std::string_view text, std::string_view target) {
  const std::string host = host_of(target);
  if (host.empty() || host.find("{{") != host.npos || text.find_first_of(" \t\r\n@") != text.npos)
    return false;
  std::string shown = host_of(text);
  if (shown.empty() && ascii::istarts_with(text, "www."))
    shown = ascii::lower(text.substr(0, text.find_first_of("/?#:")));
  if (shown.empty() || shown.find("{{") != shown.npos) return false;
  return without_www(shown) != without_www(host);
}

bool names_unsubscribing(std::string_view text) {
  constexpr std::string_view kWord = "unsubscribe";
  const auto same = [](char a, char b) { return ascii::to_lower(a) == b; };
  return std::search(text.begin(), text.end(), kWord.begin(), kWord.end(), same) != text.end() ||
         text.find("退订") != text.npos;
}

}  // namespace sesame::content
