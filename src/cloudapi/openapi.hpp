#pragma once

#include <string>
#include <string_view>

#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

/// The API as an OpenAPI 3.1 document (JSON), made from the description. Every action is a POST to "/" that
/// is told apart by its headers, which OpenAPI has no words for: the paths are "/#Action", and clients do not
/// send what follows the '#'. Any thread.
std::string openapi_document(const Description& api, Language language);

}  // namespace sesame::cloudapi
