#pragma once

#include <boost/json/object.hpp>

#include "campaigns/call_origin.hpp"
#include "cloudapi/call.hpp"

namespace sesame::actions {

/// The call as the origin of what it makes. Thread: any.
campaigns::CallOrigin origin_of(const cloudapi::Call& call);

/// The members of structure `CallOrigin`. Thread: any.
boost::json::object encode_origin(const campaigns::CallOrigin& origin);

}  // namespace sesame::actions
