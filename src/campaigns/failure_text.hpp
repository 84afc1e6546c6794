#pragma once

#include <string>

#include "base/result.hpp"

namespace sesame::campaigns {

/// Why a task could not start or go on, for people (SES: SendTaskData.ErrMsg): a sentence where there is one
/// for the error, then its reason and public facts. Pure.
std::string failure_text(const Error& error);

}  // namespace sesame::campaigns
