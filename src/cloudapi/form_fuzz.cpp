#include <cstdint>
#include <cstdlib>

#include "cloudapi/form.hpp"

// Decoding never makes a form longer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto form = sesame::cloudapi::parse_form({reinterpret_cast<const char*>(data), size});
  if (!form) return 0;
  std::size_t bytes = 0;
  for (const auto& [name, value] : *form) bytes += name.size() + value.size() + 1;
  if (bytes > size) std::abort();
  return 0;
}
