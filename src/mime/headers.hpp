#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Reads the header of a message to show it to a person, not to decide about it. Pure. Thread: any.
namespace sesame::mime {

inline constexpr std::size_t kMaxHeaderBytes = 256 * 1024;  // Beyond it a message is treated as all body.

/// The header fields of a message and its body; both point into `message`. Line ends may be CRLF or LF.
struct MessageView {
  std::string_view header;  // Up to and with the line end of the last field.
  std::string_view body;
};
MessageView split_message(std::string_view message);

/// The first field of that name (case does not matter), unfolded, decoded (decode_words), control characters
/// replaced by spaces, so that it is safe for a terminal. nullopt when there is no such field.
std::optional<std::string> decoded_header(std::string_view message, std::string_view name);

}  // namespace sesame::mime
