#include "console/description_answer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cloudapi/description.hpp"
#include "cloudapi/gateway.hpp"
#include "cloudapi/request_head.hpp"
#include "cloudapi/signature.hpp"

namespace sesame::console {
namespace {

namespace json = boost::json;

std::string services_text() {
  std::string text = "[";
  for (const std::string_view service : cloudapi::description_texts())
    text.append(text.size() > 1 ? "," : "").append(service);
  return text + "]";
}

}  // namespace

net::HttpResponse description_answer(const ApiFacts& facts, std::int64_t now_s, std::string_view known_tag) {
  static const std::string services = services_text();
  static const std::string services_hash = cloudapi::hex_digest(cloudapi::sha256(services));
  json::array regions;
  for (const std::string& region : facts.regions) regions.emplace_back(region);
  const json::object limits{{"body_bytes", cloudapi::kBodyBytesMax},
                            {"body_bytes_v1", cloudapi::kV1BodyBytesMax},
                            {"get_bytes", cloudapi::kQueryBytesMax},
                            {"requests_per_second", facts.requests_per_second}};
  const std::string beside = "\"regions\":" + json::serialize(regions) +
                             ",\"limits\":" + json::serialize(limits) +
                             ",\"base\":" + json::serialize(json::string(facts.base));
  const std::string tag =
      "\"" + cloudapi::hex_digest(cloudapi::sha256(services_hash + beside)).substr(0, 32) + "\"";
  net::HttpResponse response;
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  response.headers.emplace_back("ETag", tag);
  if (known_tag == tag) {
    response.status = 304;
    return response;
  }
  response.content_type = "application/json";
  response.body = "{" + beside + ",\"now\":" + std::to_string(now_s) + ",\"services\":" + services + "}";
  return response;
}

}  // namespace sesame::console
