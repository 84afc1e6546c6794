#include <cstdint>
#include <cstdlib>
#include <string>

#include "cloudapi/authorization.hpp"
#include "net/http_server.hpp"

// For any header, the parts lie inside it, and checking a signature with it does not fail.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sesame;
  const std::string header(reinterpret_cast<const char*>(data), size);
  const auto parsed = cloudapi::parse_authorization(header);
  if (!parsed) return 0;
  for (const std::string_view part : {parsed->secret_id, parsed->date, parsed->service, parsed->signature}) {
    if (part.empty() || part.data() < header.data() || part.data() + part.size() > header.data() + size)
      std::abort();
  }
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers = {{"Host", parsed->service.empty() ? "h" : std::string(parsed->service)},
                     {"Content-Type", "application/json"}};
  (void)cloudapi::signature_matches(request, *parsed, cloudapi::Digest{}, "1767225600");
  return 0;
}
