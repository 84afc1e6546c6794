#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sesame::campaigns {

/// Explains for people why a task could not start or continue (SES: SendTaskData.ErrMsg): a sentence if the
/// error has one, then its reason and public facts. Thread: any.
std::string failure_text(const Error& error);

/// Explains the text of a mail that was dropped because of such an error, which is the reason's name with its
/// facts. Returns other texts as they are. Thread: any.
std::string failure_text(std::string_view dropped);

}  // namespace sesame::campaigns
