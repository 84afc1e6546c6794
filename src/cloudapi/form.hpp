#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cloudapi/flatten.hpp"

namespace sesame::cloudapi {

/// The names and values of a query or of a form body (application/x-www-form-urlencoded), decoded: "%41" and
/// "+" for a blank, as the official clients write one or the other. In their order; empty pieces are skipped.
/// "api.form": a piece without '=', or a '%' without two hex digits.
Result<std::vector<Parameter>> parse_form(std::string_view text);

}  // namespace sesame::cloudapi
