#pragma once

#include "base/error.hpp"

namespace sesame::delivery::errors {

// The content of a message that is due is not stored any more.
inline constexpr ErrorName kContentGone{"delivery.content_gone", Fault::state};
// The inbox has no such mail. Facts: value.
inline constexpr ErrorName kUnknownMail{"inbox.unknown_mail", Fault::state};
// The bytes of a mail of the inbox are damaged on disk. Facts: value.
inline constexpr ErrorName kUnreadableMail{"inbox.unreadable_mail", Fault::internal};

// A check of port 25 is under way.
inline constexpr ErrorName kPortCheckUnderWay{
    "delivery.port_check_under_way",
    Fault::temporary,
    {"A check of port 25 is under way. Ask again when it has ended: it takes at most 3 seconds.",
     "正在检查 25 端口，最多 3 秒，请待其结束后重试。"}};

}  // namespace sesame::delivery::errors
