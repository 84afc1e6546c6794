#pragma once

#include <string>

#include "base/result.hpp"

namespace sesame::campaigns {

/// Explains for people why a task could not start or continue (SES: SendTaskData.ErrMsg): a sentence if the
/// error has one, then its reason and public facts. Thread: any.
std::string failure_text(const Error& error);

}  // namespace sesame::campaigns
