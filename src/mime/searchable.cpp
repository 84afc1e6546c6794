#include "mime/searchable.hpp"

#include <idn2.h>

#include <cstdint>
#include <memory>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mime/address.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {

namespace {

/// The domain with U-labels (RFC 5890 §2.3.2.1); empty when it cannot be read.
std::string unicode_domain(const std::string& domain) {
  char* found = nullptr;
  const int outcome = idn2_to_unicode_8z8z(domain.c_str(), &found, 0);
  const std::unique_ptr<char, decltype(&idn2_free)> owned(found, &idn2_free);
  return outcome == IDN2_OK ? std::string(found) : std::string();
}

}  // namespace

std::string searchable_address(std::string_view address) {
  std::string text = folded(utf8::mended(address));
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos) return text;
  const std::string local = text.substr(0, at + 1);
  const std::string domain = text.substr(at + 1);
  if (domain.find("xn--") != std::string::npos) {
    text += "\n" + local + folded(unicode_domain(domain));
  } else if (!ascii::is_ascii(domain)) {
    text += "\n" + local + ascii_domain(domain).value_or("");
  }
  return text;
}

}  // namespace sesame::mime
