#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sesame::cloudapi {

/// A client's call: a POST with the parameters as JSON, signed with TC3.
struct SignedCall {
  std::string_view action;
  std::string_view version = "2020-10-02";
  std::string_view region = "ap-guangzhou";
  std::string_view language;  // "zh-CN", "en-US" or empty.
  std::string_view host;      // The value of the Host header, with the port.
  std::string_view body;      // The JSON text.
  std::int64_t timestamp_s = 0;
};

/// Every header of the call in order, without Content-Length: Host, Content-Type, Authorization, X-TC-*.
/// Thread: any.
std::vector<std::pair<std::string, std::string>> signed_headers(const SignedCall& call,
                                                                std::string_view secret_id,
                                                                std::string_view secret_key);

}  // namespace sesame::cloudapi
