#pragma once

#include <memory>

#include "base/result.hpp"
#include "server/settings.hpp"
#include "shaping/rules.hpp"

/// The rules of mode direct. Thread: any.
namespace sesame::server {

/// The shipped rules under the files that delivery.rules names. Each fault is a line of the log. Error:
/// errors::kSettingValue, also when this machine lacks the address of a source.
Result<std::shared_ptr<const shaping::Rules>> delivery_rules(const Settings& settings);

}  // namespace sesame::server
