#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "content/headers.hpp"
#include "content/variables.hpp"

// The values of a recipient, and the headers of a send: both come from API clients.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto values = sesame::content::parse_variables(input)) {
    for (const auto& [name, value] : *values) {
      const std::string* found = values->find(name);
      if (found == nullptr || *found != value) std::abort();
    }
  }
  if (const auto headers = sesame::content::parse_headers(input)) {
    for (const auto& [name, value] : *headers) {
      if ((name + value).find_first_of("\r\n") != std::string::npos) std::abort();
    }
  }
  return 0;
}
