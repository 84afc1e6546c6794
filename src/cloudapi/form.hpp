#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cloudapi/flatten.hpp"

namespace sesame::cloudapi {

/// The names and values of a query or of a form body (application/x-www-form-urlencoded) in their order,
/// decoded: "%20" and "+" are both a blank, since the official clients write one or the other. Empty pieces
/// are skipped. Error: errors::kForm: a piece without '=', or a '%' without two hex digits. Pure. Thread:
/// any.
Result<std::vector<Parameter>> parse_form(std::string_view text);

}  // namespace sesame::cloudapi
