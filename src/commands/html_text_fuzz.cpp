#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "commands/html_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view html(reinterpret_cast<const char*>(data), size);
  const std::string text = sesame::commands::text_of_html(html);
  // Every line is trimmed and ended, and no two empty ones follow each other.
  if (!text.empty() && (text.back() != '\n' || text.front() == '\n')) std::abort();
  if (text.find("\n\n\n") != text.npos) std::abort();
  return 0;
}
