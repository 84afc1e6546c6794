#pragma once

#include <string>
#include <string_view>

namespace sesame::delivery {

/// The Subject of a mail as people read it: unfolded, encoded words decoded (RFC 2047, UTF-8 only), one line
/// of valid UTF-8. Empty when there is none.
std::string read_subject(std::string_view mail);

}  // namespace sesame::delivery
