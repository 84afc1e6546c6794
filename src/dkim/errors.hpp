#pragma once

#include "base/error.hpp"

namespace sesame::dkim::errors {

// A key is not RSA, or its size is not one that signs. Facts: bits.
inline constexpr ErrorName kKeyBits{"dkim.key_bits", Fault::input};
// The bytes are not an unencrypted private key in PEM.
inline constexpr ErrorName kKeyUnreadable{"dkim.key_unreadable", Fault::internal};

}  // namespace sesame::dkim::errors
