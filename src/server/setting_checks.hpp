#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/setting.hpp"

/// Checks of values that need to know what a setting is about. Pure, but for file_problem().
namespace sesame::server {

/// The rule in words if the text cannot be what the setting means: a path in place of a host name, a URL
/// without a scheme; else empty.
std::string nonsense(const SettingRule& rule, std::string_view text);

/// The URL to which the paths of links are appended, its host in A-label form and without a slash at its end;
/// nullopt when links that begin with it would lead nowhere.
std::optional<std::string> link_base(std::string_view url);

/// Why the file cannot be read; empty when it can.
std::string file_problem(const std::string& path);

/// The index of the name that is most like `wanted`; `names` is not empty.
std::size_t nearest(std::string_view wanted, const std::vector<std::string_view>& names);

/// For each variable that begins with SESAME_ and was probably meant as a setting: a sentence that names the
/// setting.
std::vector<std::string> misspelt_variables(const std::vector<std::string>& names);

}  // namespace sesame::server
