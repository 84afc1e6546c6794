#include "actions/call_origin.hpp"

namespace sesame::actions {

campaigns::CallOrigin origin_of(const cloudapi::Call& call) {
  return {.request_id = call.request_id, .credential = call.credential(), .client = call.client};
}

boost::json::object encode_origin(const campaigns::CallOrigin& origin) {
  return {{"RequestId", origin.request_id}, {"Credential", origin.credential}, {"Client", origin.client}};
}

}  // namespace sesame::actions
