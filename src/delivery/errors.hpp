#pragma once

#include "base/error.hpp"

namespace sesame::delivery::errors {

// The content of a message that is due is not stored any more.
inline constexpr ErrorName kContentGone{"delivery.content_gone", Fault::state};
// The inbox has no such mail. Facts: value.
inline constexpr ErrorName kUnknownMail{"inbox.unknown_mail", Fault::state};
// The bytes of a mail of the inbox are damaged on disk. Facts: value.
inline constexpr ErrorName kUnreadableMail{"inbox.unreadable_mail", Fault::internal};

}  // namespace sesame::delivery::errors
