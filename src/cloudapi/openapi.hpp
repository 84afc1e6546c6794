#pragma once

#include <string>
#include <string_view>

#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

/// The API as an OpenAPI 3.1 document (JSON), made from the description. Every action is a POST to "/" and
/// headers name the action, which OpenAPI cannot express: the paths are "/#Action", and clients do not send
/// the part from '#' on. Thread: any.
std::string openapi_document(const Description& api, Language language);

}  // namespace sesame::cloudapi
