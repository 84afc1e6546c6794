#pragma once

#include <string_view>

#include "base/result.hpp"
#include "cloudapi/description.hpp"
#include "smtp/server_handler.hpp"

namespace sesame::submission {

/// A refusal in the form of the API's SMTP documentation: one line that ends in the JSON of an answer.
/// Temporary errors are answered with 451, so that mail servers try again; all others with 554. Pure.
/// Thread: any.
smtp::Answer refusal(const Error& error, cloudapi::Language language, std::string_view request_id);

/// A refusal without a code of the API. Pure. Thread: any.
smtp::Answer protocol_refusal(std::string_view why);

}  // namespace sesame::submission
