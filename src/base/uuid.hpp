#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace sesame {

/// A random UUID, version 4 (RFC 9562 §5.4), lower case, 36 characters.
std::string uuid_v4(Random& random);

/// The 16 bytes that the 36 characters stand for; nullopt for any text that uuid_text() would not write, so
/// for upper-case digits too.
std::optional<std::array<char, 16>> uuid_bytes(std::string_view text);

/// The 36 characters in lower case that stand for the 16 bytes.
std::string uuid_text(std::string_view bytes);

}  // namespace sesame
