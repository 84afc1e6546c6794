#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

/// The API's code for a reason of the domain. A constant; its texts are literals.
struct ErrorCode {
  constexpr ErrorCode() = default;
  constexpr ErrorCode(const ErrorName& why, std::string_view api_code, std::string_view code_of_text = {})
      : name(&why), code(api_code), text_of(code_of_text) {}
  constexpr ErrorCode(const ErrorName&& temporary, std::string_view, std::string_view = {}) = delete;

  const ErrorName* name = nullptr;
  std::string_view code;
  std::string_view text_of;  // The code whose text is shown instead, where several actions share a reason.
};

/// The table of a family of actions.
using ErrorCodes = std::span<const ErrorCode>;

/// An error in the API's form.
struct ApiError {
  std::string code;
  std::string message;
  bool unforeseen = false;  // The reason is in neither table: answered as InternalError.
  /// The fault is the program's or its database's, not the caller's: logged for the operator, and worth
  /// another attempt of the caller.
  bool ours = false;
};

/// The API's form of an error: its code by the family's table, else by the table of common reasons (the
/// protocol's own, and those of accounts, net and storage), else InvalidParameterValue for an input fault
/// whose name declares texts in both languages, else InternalError. The text is the one that the error's name
/// declares, else the description's for that code, with the error's facts filled in. The cause is never
/// shown. Thread: any.
ApiError translate(const Error& error, ErrorCodes family, Language language);

}  // namespace sesame::cloudapi
