#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

/// The API as an OpenAPI 3.1 document (JSON), made from the description. Every action is a POST to "/" and
/// headers name the action, which OpenAPI cannot express: the paths are "/#Action", and clients do not send
/// the part from '#' on. Thread: any.
std::string openapi_document(const Description& api, Language language);

/// The fields, such as an action's input, as a JSON Schema of its own: structures are written out where they
/// are used. Thread: any.
boost::json::object schema_of_fields(const std::vector<Field>& fields, Language language);

}  // namespace sesame::cloudapi
