#pragma once

#include "base/error.hpp"

namespace sesame::returns::errors {

// A returned mail is about a mail whose outcome is not recorded yet.
inline constexpr ErrorName kMailUnderWay{"returns.mail_under_way", Fault::temporary};
// The account has no such returned mail. Facts: value.
inline constexpr ErrorName kUnknown{"evidence.unknown", Fault::state};
// The bytes of a returned mail are damaged on disk. Facts: value.
inline constexpr ErrorName kUnreadable{"evidence.unreadable", Fault::internal};

}  // namespace sesame::returns::errors
