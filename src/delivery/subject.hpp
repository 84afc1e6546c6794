#pragma once

#include <string>
#include <string_view>

namespace sesame::delivery {

/// Reads the Subject of a mail for people: unfolded, with encoded words decoded (mime::decoded_header), one
/// line of valid UTF-8. Empty when the mail has no Subject.
std::string read_subject(std::string_view mail);

}  // namespace sesame::delivery
