#pragma once

#include <cstdint>

namespace sesame::cloudapi {

/// The language of a message text. A caller that names none gets English (X-TC-Language).
enum class Language : std::uint8_t { english, chinese };

}  // namespace sesame::cloudapi
