#pragma once

#include <string_view>

#include "base/result.hpp"
#include "cloudapi/description.hpp"
#include "smtp/server_handler.hpp"

namespace sesame::submission {

/// A refusal in the form that the SMTP documentation of the API gives it: one line that ends in the JSON of
/// an answer. What will go away by itself is answered with 451, so that mail servers try again; everything
/// else with 554. Pure.
smtp::Answer refusal(const Error& error, cloudapi::Language language, std::string_view request_id);

/// The form of a refusal that names no code of the API. Pure.
smtp::Answer protocol_refusal(std::string_view why);

}  // namespace sesame::submission
