#include "server/setting_checks.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <numeric>

#include "base/ascii.hpp"
#include "base/names.hpp"
#include "base/utf8.hpp"
#include "mime/address.hpp"
#include "net/http_client.hpp"
#include "server/settings.hpp"

namespace sesame::server {

namespace {

constexpr std::size_t kLabelBytesMax = 63;  // RFC 1035 §2.3.4
constexpr std::string_view kPrefix = "SESAME_";

bool is_host_label(std::string_view text) {
  return !text.empty() && text.size() <= kLabelBytesMax && !text.starts_with('-') && !text.ends_with('-') &&
         std::ranges::all_of(text,
                             [](char c) { return ascii::is_alpha(c) || ascii::is_digit(c) || c == '-'; });
}

bool is_domain(std::string_view text) { return mime::ascii_domain(text).has_value(); }

/// RFC 5321 §4.1.1.1: a name or an address literal.
bool is_greeting_name(std::string_view text) {
  return is_domain(text) || is_host_label(text) || (text.starts_with('[') && text.ends_with(']'));
}

bool is_printable(std::string_view text) { return utf8::storable(text) && is_line(text); }

/// `host` is a name, or an address in digits without brackets.
bool is_link_host(std::string_view host) {
  return is_domain(host) || is_host_label(host) || host.find(':') != std::string_view::npos ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_public_url(std::string_view text) { return link_base(text).has_value(); }

/// The pages stand at fixed paths below the host.
bool is_console_url(std::string_view text) {
  const std::optional<std::string> base = link_base(text);
  return base && base->find('/', base->find("://") + 3) == std::string::npos;
}

bool is_browser_host(std::string_view text) {
  return text.starts_with('[') ? text.ends_with(']') && is_link_host(text.substr(1, text.size() - 2))
                               : is_link_host(text);
}

bool is_region(std::string_view text) {
  return is_host_label(text) && std::ranges::none_of(text, ascii::is_upper) && !ascii::is_digit(text.front());
}

bool is_local_part(std::string_view text) {
  return mime::check_address(std::string(text) + "@example.test") == mime::AddressFault::none;
}

bool is_time_zone(std::string_view text) {
  if (text == "UTC") return true;
  const bool plain = std::ranges::all_of(text, [](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) || c == '/' || c == '_' || c == '-' || c == '+';
  });
  return plain && !text.starts_with('/') && file_problem("/usr/share/zoneinfo/" + std::string(text)).empty();
}

template <class Check>
bool every_word(std::string_view list, Check check, bool may_be_empty) {
  std::size_t words = 0;
  for (const std::string_view part : ascii::split(list, ',')) {
    const std::string_view word = ascii::trim(part);
    if (word.empty()) continue;
    if (!check(word)) return false;
    ++words;
  }
  return may_be_empty || words > 0;
}

bool are_local_parts(std::string_view text) { return every_word(text, is_local_part, true); }
bool are_browser_hosts(std::string_view text) { return every_word(text, is_browser_host, true); }
bool are_regions(std::string_view text) { return every_word(text, is_region, false); }

struct Check {
  std::string_view key;
  bool (*fits)(std::string_view text);
  std::string_view rule;
  bool optional = true;
};

constexpr Check kChecks[] = {
    {"public_url", is_public_url,
     "http(s)://HOST[:PORT][/PATH], without blanks, user name, query or fragment"},
    {"console.url", is_console_url, "http(s)://HOST[:PORT], without path, user name, query or fragment"},
    {"console.hosts", are_browser_hosts, "host names without ports, separated by commas"},
    {"data_dir", is_printable, "the name of a folder", false},
    {"delivery.helo", is_greeting_name, "a host name, for example mail.example.org"},
    {"delivery.relay_username", is_printable, "one line of text"},
    {"submission.name", is_greeting_name, "a host name, for example mail.example.org"},
    {"bounces.domain", is_domain, "a domain name, for example bounces.example.org"},
    {"bounces.complaint_addresses", are_local_parts, "what stands before the @, separated by commas"},
    {"identity.spf_include", is_domain, "a host name, for example spf.example.org"},
    {"identity.mx_host", is_domain, "a host name, for example mx.example.org"},
    {"identity.selector", is_host_label, "letters, digits and inner hyphens, at most 63", false},
    {"api.regions", are_regions, "names of regions such as ap-guangzhou, separated by commas", false},
    {"display.time_zone", is_time_zone, "UTC or a zone such as Europe/Berlin (`timedatectl list-timezones`)"},
    {"unsubscribe.ad_mark", is_printable, "one line of text"},
};

std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t changed = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nonsense(const SettingRule& rule, std::string_view text) {
  for (const Check& check : kChecks) {
    if (check.key != rule.key || (text.empty() && check.optional)) continue;
    if (text.empty() || !check.fits(text)) return std::string(check.rule);
  }
  return "";
}

std::optional<std::string> link_base(std::string_view url) {
  constexpr std::size_t kUrlBytesMax = 256;  // Links have to fit into mails' lines and servers' buffers.
  const bool schemed = ascii::istarts_with(url, "http://") || ascii::istarts_with(url, "https://");
  const auto illegal = [](char c) {
    return (c >= 0 && c <= ' ') || c == 0x7f ||
           std::string_view("?#@%\\\"<>").find(c) != std::string_view::npos;
  };
  if (!schemed || url.size() > kUrlBytesMax || std::ranges::any_of(url, illegal)) return std::nullopt;
  const std::size_t host_at = url.find("://") + 3;
  const std::size_t host_end = std::min(url.find_first_of("/:", host_at), url.size());
  const std::string_view host = url.substr(host_at, host_end - host_at);
  std::string base(url.substr(0, host_at));
  if (ascii::is_ascii(host)) {
    base += host;
  } else {
    const std::optional<std::string> domain = mime::ascii_domain(host);
    if (!domain) return std::nullopt;
    base += *domain;
  }
  base += url.substr(host_end);
  while (base.ends_with('/')) base.pop_back();
  if (!ascii::is_ascii(base)) return std::nullopt;
  const Result<net::HttpTarget> target = net::parse_http_target(base);
  return target && is_link_host(target->host) ? std::optional(base) : std::nullopt;
}

std::string file_problem(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::strerror(errno);
  if (S_ISDIR(info.st_mode)) return "it is a folder";
  return ::access(path.c_str(), R_OK) == 0 ? "" : std::strerror(errno);
}

std::size_t nearest(std::string_view wanted, const std::vector<std::string_view>& names) {
  std::size_t best = 0;
  std::size_t least = std::string_view::npos;
  for (std::size_t i = 0; i < names.size(); ++i) {
    // Names that begin alike are meant more often than names that are merely as long.
    const auto fork = std::mismatch(wanted.begin(), wanted.end(), names[i].begin(), names[i].end());
    const auto same = static_cast<std::size_t>(fork.first - wanted.begin());
    const std::size_t cost = 2 * distance(wanted, names[i]) + wanted.size() - same;
    if (cost >= least) continue;
    least = cost;
    best = i;
  }
  return best;
}

std::vector<std::string> misspelt_variables(const std::vector<std::string>& names) {
  constexpr const char* kOthers[] = {"SESAME_CONFIG",     "SESAME_ENDPOINT", "SESAME_SECRET_ID",
                                     "SESAME_SECRET_KEY", "SESAME_CA",       "SESAME_TEST_RUN_JOBS_TWICE"};
  constexpr std::size_t kTypingErrors = 2;
  std::vector<std::string> known;
  for (const SettingRule& rule : setting_rules()) known.push_back(environment_name(rule.key));
  known.insert(known.end(), std::begin(kOthers), std::end(kOthers));
  const std::vector<std::string_view> views(known.begin(), known.end());
  std::vector<std::string> sentences;
  for (const std::string& name : names) {
    if (!name.starts_with(kPrefix) || std::ranges::find(views, name) != views.end()) continue;
    const std::string_view like = views[nearest(name, views)];
    // Other programs have variables of that beginning, too.
    const std::size_t section_end = name.find('_', kPrefix.size());
    const bool meant =
        distance(name, like) <= kTypingErrors ||
        (section_end != std::string::npos && like.starts_with(name.substr(0, section_end + 1)));
    if (meant)
      sentences.push_back("the environment variable " + name +
                          " names no setting and is ignored; did you mean " + std::string(like) + "?");
  }
  return sentences;
}

}  // namespace sesame::server
