#include "audience/recipient_key.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "mime/address.hpp"

namespace sesame::audience {

std::uint64_t hash_of_key(std::string_view key, std::uint64_t seed) {
  return XXH3_64bits_withSeed(key.data(), key.size(), seed);
}

std::uint64_t hash_of_address(std::string_view address, std::uint64_t seed, std::string& scratch) {
  scratch.clear();
  mime::append_canonical(scratch, address);
  return hash_of_key(scratch, seed);
}

// The seed may be known: the key stays in memory and decides only whether a list is read again.
constexpr std::uint64_t kChangeSeed = 0x6c6973745f6b6579U;

std::uint64_t change_key(std::string_view address, std::string& scratch) {
  return hash_of_address(address, kChangeSeed, scratch);
}

std::uint64_t change_key_of_canonical(std::string_view canonical) {
  return hash_of_key(canonical, kChangeSeed);
}

bool same_recipient(std::string_view one, std::string_view other) {
  if (one == other) return true;
  thread_local std::string keys;
  keys.clear();
  mime::append_canonical(keys, one);
  const std::size_t middle = keys.size();
  mime::append_canonical(keys, other);
  return std::string_view(keys).substr(0, middle) == std::string_view(keys).substr(middle);
}

}  // namespace sesame::audience
