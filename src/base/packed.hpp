#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sesame {

/// Bytes made small for the disk, by zstd at its quickest: mails are text, and more effort gains little. Any
/// thread.
std::string pack(std::string_view bytes);

/// The bytes again, of which there were `size`. Nothing when they are damaged: not what pack() made, another
/// size, or one that nobody stores (above 256 MiB). Any thread.
std::optional<std::string> unpack(std::span<const std::byte> packed, std::size_t size);

}  // namespace sesame
