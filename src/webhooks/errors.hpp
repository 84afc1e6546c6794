#pragma once

#include "base/error.hpp"

namespace sesame::webhooks::errors {

// The scope has no such webhook. Facts: value.
inline constexpr ErrorName kMissing{"webhooks.webhook_missing", Fault::state};
// The scope has as many webhooks as it may have. Facts: limit.
inline constexpr ErrorName kTooMany{"webhooks.too_many_webhooks", Fault::state};
// The URL of a webhook cannot be posted to. Facts: value.
inline constexpr ErrorName kUrlIllegal{
    "webhooks.url_illegal",
    Fault::input,
    {"`{value}` is no address to post to: it must begin with http:// or https://, name a host, hold no "
     "spaces and have at most 2048 characters.",
     "`{value}` 不是可用的回调地址：须以 http:// 或 https:// 开头，包含主机名，不含空格，最多 2048 "
     "个字符。"}};
// A new webhook has no URL. Facts: name.
inline constexpr ErrorName kUrlMissing{"webhooks.url_missing", Fault::input};
// The sender address of a webhook is not a mail address. Facts: value.
inline constexpr ErrorName kAddressIllegal{
    "webhooks.address_illegal",
    Fault::input,
    {"`{value}` is not an e-mail address; leave Address out for the whole account.",
     "`{value}` 不是邮箱地址；整个账号请不填 Address。"}};

}  // namespace sesame::webhooks::errors
