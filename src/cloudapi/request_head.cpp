#include "cloudapi/request_head.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii.hpp"
#include "cloudapi/errors.hpp"
#include "cloudapi/form.hpp"

namespace sesame::cloudapi {
namespace {

// The common parameters of a request signed with version 1; the others are the action's.
constexpr std::string_view kV1Names[] = {"Action",          "Version",       "Region",    "Timestamp",
                                         "Nonce",           "SecretId",      "Signature", "Token",
                                         "SignatureMethod", "RequestClient", "Language"};

Error missing(std::string_view name) { return Error(errors::kMissing).with("name", std::string(name)); }

std::string_view media_type(const net::HttpRequest& request) {
  const std::string_view type = request.header("content-type");
  return ascii::trim(type.substr(0, type.find(';')));
}

bool is_post(const net::HttpRequest& request) { return request.method == "POST"; }

Status read_timestamp(RequestHead& head) {
  const std::string& text = head.timestamp;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), head.timestamp_s);
  if (ec == std::errc() && end == text.data() + text.size()) return Done{};
  return Error(errors::kType).with("name", "Timestamp").with("type", "integer");
}

Status check_present(const RequestHead& head) {
  const std::pair<std::string_view, const std::string*> required[] = {
      {"Action", &head.action}, {"Version", &head.version}, {"Timestamp", &head.timestamp}};
  for (const auto& [name, value] : required) {
    if (value->empty()) return missing(name);
  }
  return Done{};
}

Status read_tc3(const net::HttpRequest& request, RequestHead& head) {
  head.action = request.header("x-tc-action");
  head.version = request.header("x-tc-version");
  head.region = request.header("x-tc-region");
  head.timestamp = request.header("x-tc-timestamp");
  head.token = request.header("x-tc-token");
  if (Status present = check_present(head); !present) return present;
  if (request.header("authorization").empty()) return missing("Authorization");
  if (is_post(request) && !ascii::iequals(media_type(request), "application/json")) {
    return Error(errors::kContentType).with("value", std::string(request.header("content-type")));
  }
  return read_timestamp(head);
}

Status read_v1(const net::HttpRequest& request, RequestHead& head) {
  if (is_post(request) && request.body.size() > kV1BodyBytesMax) return Error(errors::kV1TooLarge);
  auto form = parse_form(is_post(request) ? std::string_view(request.body) : request.query());
  if (!form) return std::move(form).error();
  head.signed_parameters = std::move(form).value();
  head.action = head.parameter("Action");
  head.version = head.parameter("Version");
  head.region = head.parameter("Region");
  head.timestamp = head.parameter("Timestamp");
  head.token = head.parameter("Token");
  if (Status present = check_present(head); !present) return present;
  for (const std::string_view name : {"Nonce", "SecretId", "Signature"}) {
    if (head.parameter(name).empty()) return missing(name);
  }
  for (const Parameter& parameter : head.signed_parameters) {
    if (!is_common_parameter(parameter.first)) head.action_parameters.push_back(parameter);
  }
  return read_timestamp(head);
}

}  // namespace

bool is_common_parameter(std::string_view name) {
  return std::find(std::begin(kV1Names), std::end(kV1Names), name) != std::end(kV1Names);
}

// An Authorization header of any value means TC3; without one, X-TC-* headers or a JSON body distinguish a
// TC3 client that forgot to sign from a client of version 1.
RequestHead::Signing signing_of(const net::HttpRequest& request) {
  const bool tc3 = request.has_header("authorization") || request.has_header("x-tc-action") ||
                   (is_post(request) && ascii::iequals(media_type(request), "application/json"));
  return tc3 ? RequestHead::Signing::tc3 : RequestHead::Signing::v1;
}

std::string_view RequestHead::parameter(std::string_view name) const {
  const auto found = std::find_if(signed_parameters.begin(), signed_parameters.end(),
                                  [&](const Parameter& parameter) { return parameter.first == name; });
  return found == signed_parameters.end() ? std::string_view() : std::string_view(found->second);
}

Language language_named(std::string_view name) {
  return ascii::iequals(name, "zh-CN") ? Language::zh : Language::en;
}

Language language_of(const net::HttpRequest& request, Language fallback) {
  if (request.has_header("x-tc-language")) return language_named(request.header("x-tc-language"));
  if (signing_of(request) == RequestHead::Signing::tc3) return fallback;
  // The refusal of a malformed form must be in the caller's language, too, so this reads the raw text.
  const std::string_view text = is_post(request) ? std::string_view(request.body) : request.query();
  const std::string form = "&" + std::string(text.substr(0, kQueryBytesMax));
  if (form.find("&Language=zh-CN") != std::string::npos) return Language::zh;
  return form.find("&Language=") == std::string::npos ? fallback : Language::en;
}

Error unknown_name(const ErrorName& name, const RequestHead& head) {
  return Error(name)
      .with("action", head.action)
      .with("version", head.version)
      .with("service", service_of(head.version));
}

Result<RequestHead> read_head(const net::HttpRequest& request) {
  if (!is_post(request) && request.method != "GET")
    return Error(errors::kMethod).with("value", request.method);
  if (request.query().size() > kQueryBytesMax) {
    return Error(errors::kTooLarge).with("limit", std::to_string(kQueryBytesMax));
  }
  RequestHead head;
  head.signing = signing_of(request);
  Status read = head.signing == RequestHead::Signing::tc3 ? read_tc3(request, head) : read_v1(request, head);
  if (!read) return std::move(read).error();
  return head;
}

Result<RequestHead> read_session_head(const net::HttpRequest& request) {
  if (!ascii::iequals(media_type(request), "application/json"))
    return Error(errors::kContentType).with("value", std::string(request.header("content-type")));
  RequestHead head;
  head.action = request.header("x-tc-action");
  head.version = request.header("x-tc-version");
  head.region = request.header("x-tc-region");
  if (head.action.empty()) return missing("Action");
  if (head.version.empty()) return missing("Version");
  return head;
}

}  // namespace sesame::cloudapi
