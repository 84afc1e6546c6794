#pragma once

#include <span>
#include <string>
#include <string_view>

#include "content/part_source.hpp"

namespace sesame::content {

/// A longer address stays unchanged: with its token it might not pass every server on its way.
inline constexpr std::size_t kFollowedTargetBytesMax = 4096;

/// The target of a link with this href, if clicks on it are tracked; else empty. Tracked are http and https
/// links, except those that contain the word unsubscribe or lead to this server anyway. Blanks around the
/// target and line ends in it are removed, as browsers do (WHATWG URL §4.4). Pure. Thread: any.
std::string followed_target(std::string_view href, const Links& links);

/// The html with its tracked links rewritten by `links`, and the additions at the end of its body, in their
/// order. Every other byte stays unchanged. A link with a placeholder is decided by each letter's value.
/// Pure. Thread: any.
PartSource track_links(std::string_view html, const Links& links, std::span<const Addition> additions);

/// The html with the additions, its links unchanged. Pure. Thread: any.
PartSource with_additions(std::string_view html, std::span<const Addition> additions);

/// The image that counts opens.
Addition open_pixel();

}  // namespace sesame::content
