#include <cstdint>
#include <cstdlib>

#include "dkim/canonical.hpp"
#include "dkim/signer.hpp"

// Relaxing twice changes nothing, and a body hashes like its relaxed form, whatever the bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sesame::dkim;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string body = relaxed_body(text);
  if (relaxed_body(body) != body || body_hash(body) != body_hash(text)) std::abort();
  std::string once;
  append_relaxed_header(once, text);
  std::string twice;
  append_relaxed_header(twice, once);
  if (once != twice) std::abort();
  return 0;
}
