#include <idn2.h>

#include <algorithm>
#include <memory>

#include "base/ascii.hpp"
#include "base/invisible.hpp"
#include "base/utf8.hpp"
#include "mime/address.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

// Longer text cannot shrink to a domain that DNS takes; the limit bounds the work of libidn2.
constexpr std::size_t kMaxUnicodeDomainBytes = 4 * kMaxDomainBytes;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_ldh(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; }

// RFC 5321 §4.1.2: sub-domain = Let-dig [Ldh-str]
bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kMaxLabelBytes) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  for (const char c : label) {
    if (!is_ldh(c)) return false;
  }
  return true;
}

bool is_lower_ascii_domain(std::string_view domain) {
  if (domain.empty() || domain.size() > kMaxDomainBytes) return false;
  std::size_t labels = 0;
  std::string_view last;
  for (std::size_t start = 0; start <= domain.size();) {
    const std::size_t dot = std::min(domain.find('.', start), domain.size());
    last = domain.substr(start, dot - start);
    if (!is_label(last)) return false;
    ++labels;
    start = dot + 1;
  }
  // RFC 3696 §2: a top-level domain is not all digits, so this is an IPv4 address or a mistake.
  return labels >= 2 && last.find_first_not_of("0123456789") != std::string_view::npos;
}

std::optional<std::string> to_a_labels(std::string_view domain) {
  if (domain.size() > kMaxUnicodeDomainBytes || !utf8::valid(domain) || has_control_or_separator(domain))
    return {};
  // UTS #46 drops such characters, so that another text would mean the same domain.
  if (find_invisible(domain) != std::string_view::npos) return {};
  const std::string terminated(domain);
  std::uint8_t* found = nullptr;
  const int outcome = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(terminated.c_str()), &found,
                                     IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<std::uint8_t, decltype(&idn2_free)> owned(found, &idn2_free);
  if (outcome != IDN2_OK) return {};
  return ascii::lower(reinterpret_cast<const char*>(found));
}

}  // namespace

std::optional<std::string> ascii_domain(std::string_view domain) {
  std::optional<std::string> ascii = ascii::is_ascii(domain) ? ascii::lower(domain) : to_a_labels(domain);
  // libidn2 lets characters through that mail does not allow (`_`, spaces), so its answer is checked like any
  // other.
  if (ascii && !is_lower_ascii_domain(*ascii)) ascii.reset();
  return ascii;
}

}  // namespace sesame::mime
