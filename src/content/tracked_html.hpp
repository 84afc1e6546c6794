#pragma once

#include <span>
#include <string>
#include <string_view>

#include "content/part_source.hpp"

namespace sesame::content {

/// A longer address stays as it is: with its token it would not pass every server on the way.
inline constexpr std::size_t kFollowedTargetBytesMax = 4096;

/// The address that a click on a link with this href would lead to, if clicks on it are followed; else empty.
/// Followed is what is http or https, but not what speaks of unsubscribing or leads to this server anyway.
/// Blanks around it and line ends in it are gone, as browsers do (WHATWG URL §4.4). Pure.
std::string followed_target(std::string_view href, const Links& links);

/// The html with its links made to lead by way of `links` where they are followed at all, and the additions
/// at the end of its body, in their order. Every other byte stays what it was. A link with a placeholder is
/// decided by each letter's value. Pure.
PartSource track_links(std::string_view html, const Links& links, std::span<const Addition> additions);

/// The html with nothing but the additions. Pure.
PartSource with_additions(std::string_view html, std::span<const Addition> additions);

/// The image that tells of an opening.
Addition open_pixel();

}  // namespace sesame::content
