#pragma once

#include "base/error.hpp"

namespace sesame::mime::errors {

// A text is neither `address` nor `alias <address>`, or the alias has characters that it may not have.
// Facts: value.
inline constexpr ErrorName kMailboxMalformed{"mailbox.malformed", Fault::input};
// The alias of a mailbox contains a colon. Facts: value.
inline constexpr ErrorName kAliasColon{"mailbox.alias_colon", Fault::input};
// The address of a mailbox is malformed. Facts: value, rule.
inline constexpr ErrorName kMailboxBadAddress{"mailbox.bad_address", Fault::input};

}  // namespace sesame::mime::errors
