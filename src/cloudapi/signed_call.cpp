#include "cloudapi/signed_call.hpp"

#include "cloudapi/signature.hpp"

namespace sesame::cloudapi {

std::vector<std::pair<std::string, std::string>> signed_headers(const SignedCall& call,
                                                                std::string_view secret_id,
                                                                std::string_view secret_key) {
  Tc3Request request;
  request.host = call.host;
  request.body = call.body;
  request.timestamp_s = call.timestamp_s;
  std::vector<std::pair<std::string, std::string>> headers{
      {"Host", std::string(call.host)},
      {"Content-Type", std::string(request.content_type)},
      {"Authorization", tc3_authorization(request, secret_id, secret_key)},
      {"X-TC-Action", std::string(call.action)},
      {"X-TC-Version", std::string(call.version)},
      {"X-TC-Region", std::string(call.region)},
      {"X-TC-Timestamp", std::to_string(call.timestamp_s)},
  };
  if (!call.language.empty()) headers.emplace_back("X-TC-Language", std::string(call.language));
  return headers;
}

}  // namespace sesame::cloudapi
