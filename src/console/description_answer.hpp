#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.hpp"

namespace sesame::console {

/// The facts that pages about the API show beside its description.
struct ApiFacts {
  std::vector<std::string> regions;
  std::string base;  // Where clients reach the API: "https://ses.example.com".
  std::int64_t requests_per_second = 0;
};

/// The descriptions of the API as they are compiled in, and the facts: {"services", "regions", "limits",
/// "base", "now"}. 304 without a body when `known_tag` is the tag of the same. Pure. Thread: any.
net::HttpResponse description_answer(const ApiFacts& facts, std::int64_t now_s, std::string_view known_tag);

}  // namespace sesame::console
