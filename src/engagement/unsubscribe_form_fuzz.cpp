// For every posted form, only the documented field with its value unsubscribes or subscribes.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/ascii.hpp"
#include "engagement/unsubscribe_handler.hpp"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sesame::engagement;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const std::string lower = sesame::ascii::lower(body);
  for (const char* type : {"application/x-www-form-urlencoded", "multipart/form-data; boundary=b"}) {
    const UnsubscribeWish wish = read_wish(type, body);
    if (wish == UnsubscribeWish::unsubscribe)
      check(lower.find("list-unsubscribe") != lower.npos && lower.find("one-click") != lower.npos);
    if (wish == UnsubscribeWish::subscribe) check(body.find("Again") != body.npos);
  }
  return 0;
}
