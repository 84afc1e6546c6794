#include <cstdint>
#include <cstdlib>

#include "mime/address.hpp"

// Whatever the bytes: the key of a key is itself, and what is acceptable has an envelope form that is
// acceptable too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sesame::mime;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string key;
  const AddressFault fault = append_canonical(key, text);
  if (fault != check_address(text)) std::abort();
  if (canonical_address(key) != key) std::abort();
  if (fault == AddressFault::none) {
    const auto envelope = envelope_address(text);
    if (!envelope || check_address(*envelope) != AddressFault::none) std::abort();
    if (envelope->find_first_of("\r\n") != std::string::npos) std::abort();
  }
  const auto mailbox = parse_mailbox(text);
  if (mailbox.ok() && check_address(mailbox->address) != AddressFault::none) std::abort();
  return 0;
}
