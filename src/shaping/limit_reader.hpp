#pragma once

#include <toml++/toml.h>

#include <functional>
#include <string>
#include <string_view>

#include "shaping/limit_layers.hpp"

namespace sesame::shaping {

/// Takes a fault of the limit `key`.
using LimitComplaint = std::function<void(const toml::node& node, std::string_view key, std::string problem)>;

/// Reads the limit `key` of a block, or its table `shared`. False when no limit has that name. For the reader
/// of rules files only, since it brings a large library. Thread: any.
bool read_limit(std::string_view key, const toml::node& node, LimitBlock& block,
                const LimitComplaint& complain);

}  // namespace sesame::shaping
