// For every posted form, only the documented field with its value unsubscribes or subscribes.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/ascii.hpp"
#include "engagement/unsubscribe_handler.hpp"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

/// The bytes with each %XX in place of what it stands for.
std::string decoded(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && std::sscanf(text.substr(i, 3).c_str(), "%%%2x", &byte) == 1 &&
        i + 2 < text.size()) {
      plain += static_cast<char>(byte);
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sesame::engagement;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const std::string plain = decoded(std::string(body));
  const std::string lower = sesame::ascii::lower(plain);
  for (const char* type : {"application/x-www-form-urlencoded", "multipart/form-data; boundary=b"}) {
    const UnsubscribeWish wish = read_wish(type, body);
    if (wish == UnsubscribeWish::unsubscribe)
      check(lower.find("list-unsubscribe") != lower.npos && lower.find("one-click") != lower.npos);
    if (wish == UnsubscribeWish::subscribe) check(plain.find("Again") != plain.npos);
  }
  return 0;
}
