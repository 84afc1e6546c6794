#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/settings.hpp"
#include "shaping/rules.hpp"

/// The rules of mode direct. Thread: any.
namespace sesame::server {

/// The words that this program puts in place of a server's reply. A rule that fits them would act on itself.
const std::vector<std::string_view>& own_reply_texts();

/// The shipped rules under the files that delivery.rules names. Each fault is a line of the log. Error:
/// errors::kSettingValue.
Result<std::shared_ptr<const shaping::Rules>> delivery_rules(const Settings& settings);

}  // namespace sesame::server
