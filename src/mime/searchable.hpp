#pragma once

#include <string>
#include <string_view>

namespace sesame::mime {

/// The texts in which a part of an address is searched, folded as addresses are compared (unicode.hpp), one a
/// line: the address as it is, and with the other form of its domain (A-labels, U-labels). Search it for
/// folded text. Takes any bytes. Pure. Thread: any.
std::string searchable_address(std::string_view address);

}  // namespace sesame::mime
