#pragma once

#include <string>
#include <string_view>

namespace sesame::mime {

/// The paragraphs of text in `format=flowed` (RFC 3676), each on one line. `text` has LF line ends.
/// `delete_spaces`: the parameter DelSp (§4.1), for scripts without blanks between words. Quoted lines keep
/// their marks, signatures their line. Pure. Thread: any.
std::string unflowed(std::string_view text, bool delete_spaces);

}  // namespace sesame::mime
