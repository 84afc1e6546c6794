#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

/// A family's table: a reason of the domain ("group.name_taken") and the API's code for it. Literals.
using ErrorCodes = std::span<const std::pair<std::string_view, std::string_view>>;

/// An error in the API's form.
struct ApiError {
  std::string code;
  std::string message;
  bool unforeseen = false;  // The reason is in neither table: answered as InternalError and logged.
};

/// The API's form of an error: its code by the family's table, else by the table of common reasons (the
/// protocol's own "api.*" and "auth.*", and "storage.*"), else InternalError. The text is the description's
/// for that code, with the error's facts filled in. The cause is never shown. Thread: any.
ApiError translate(const Error& error, ErrorCodes family, Language language);

}  // namespace sesame::cloudapi
