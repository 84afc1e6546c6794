#pragma once

#include <string_view>

#include "cloudapi/signed_call.hpp"
#include "net/http_server.hpp"

namespace sesame::testkit {

/// The pair that the public documentation of the signature uses; tests sign with it.
inline constexpr std::string_view kSecretId = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
inline constexpr std::string_view kSecretKey = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";

/// A signed call as the server receives it. Header only: link sesame_cloudapi. Change what should be wrong.
inline net::HttpRequest signed_request(const cloudapi::SignedCall& call,
                                       std::string_view secret_id = kSecretId,
                                       std::string_view secret_key = kSecretKey) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.peer_address = "127.0.0.1";
  request.body = call.body;
  for (auto& [name, value] : cloudapi::signed_headers(call, secret_id, secret_key)) {
    request.headers.push_back({std::move(name), std::move(value)});
  }
  return request;
}

/// Sets a header, or takes it away when the value is empty.
inline void set_header(net::HttpRequest& request, std::string_view name, std::string_view value) {
  std::erase_if(request.headers, [&](const net::HttpHeader& header) { return header.name == name; });
  if (!value.empty()) request.headers.push_back({std::string(name), std::string(value)});
}

}  // namespace sesame::testkit
