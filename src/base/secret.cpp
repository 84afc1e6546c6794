#include "base/secret.hpp"

#include <sodium.h>

#include <cstring>
#include <utility>

namespace sesame {

Secret::Secret(std::string text) : bytes_(std::make_unique<char[]>(text.size())), size_(text.size()) {
  std::memcpy(bytes_.get(), text.data(), size_);
  sodium_memzero(text.data(), text.size());
}

Secret::~Secret() { wipe(); }

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

void Secret::wipe() {
  if (bytes_) sodium_memzero(bytes_.get(), size_);
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace sesame
