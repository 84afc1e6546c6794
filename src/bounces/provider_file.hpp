#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "bounces/providers.hpp"

namespace sesame::bounces {

/// Reads providers in TOML, described at the top of rules/providers.toml, and appends them. Errors as
/// Providers::parse.
Status read_providers(std::string_view toml, const std::string& path, std::vector<Provider>& providers);

}  // namespace sesame::bounces
