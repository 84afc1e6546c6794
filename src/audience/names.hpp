#pragma once

#include <string_view>

namespace sesame::audience {

/// 1 to 50 letters, digits, CJK characters, spaces, `_` or `-`; no space at either end. Pure.
bool is_group_name(std::string_view name);

/// 1 to 300 characters of UTF-8, none of them a control character or one of < > & " '. Pure.
bool is_group_description(std::string_view text);

}  // namespace sesame::audience
