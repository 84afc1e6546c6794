#pragma once

#include <string>

#include "base/random.hpp"

namespace sesame {

/// A random UUID, version 4 (RFC 9562 §5.4), lower case, 36 characters.
std::string uuid_v4(Random& random);

}  // namespace sesame
