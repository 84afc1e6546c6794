#pragma once

#include "base/error.hpp"

namespace sesame::messages::errors {

// The account, or all accounts together, have as many pauses of delivery as are kept. Facts: limit.
inline constexpr ErrorName kTooManyPauses{
    "messages.too_many_pauses",
    Fault::state,
    {"There are {limit} pauses of delivery already: end some, or pause the whole account.",
     "投递暂停已达 {limit} 个：请先结束部分暂停，或暂停整个账号。"}};

// The account, or all accounts together, have as many sweeps of waiting mail under way as may be. Facts:
// limit.
inline constexpr ErrorName kTooManySweeps{
    "messages.too_many_sweeps",
    Fault::state,
    {"{limit} orders to retry or drop waiting mail are still being carried out: wait until some are done.",
     "重试或放弃等待邮件的操作已有 {limit} 个正在执行：请等待部分完成。"}};

}  // namespace sesame::messages::errors
