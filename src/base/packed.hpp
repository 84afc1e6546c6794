#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sesame {

/// Compresses bytes for the disk, by zstd at its fastest: mails are text, and more effort gains little. Pure.
/// Thread: any.
std::string pack(std::string_view bytes);

/// The `size` bytes that pack() was given. nullopt when `packed` is damaged: not made by pack(), of another
/// size, or of a size above 256 MiB, which is never stored. Pure. Thread: any.
std::optional<std::string> unpack(std::span<const std::byte> packed, std::size_t size);

}  // namespace sesame
