#include "console/known_changes.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/ascii.hpp"
#include "cloudapi/signature.hpp"

namespace sesame::console {
namespace {

namespace json = boost::json;

void set_header(net::HttpRequest& request, std::string_view name, std::string value) {
  for (net::HttpHeader& header : request.headers) {
    if (ascii::iequals(header.name, name)) {
      header.value = std::move(value);
      return;
    }
  }
  request.headers.push_back({std::string(name), std::move(value)});
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from)) {
    result.append(text.substr(0, at)).append(to);
    text.remove_prefix(at + from.size());
  }
  return result.append(text);
}

/// The body as a serializer without blanks writes it; empty when it is not JSON.
std::string compact(const std::string& body) {
  boost::system::error_code fault;
  const json::value value = json::parse(body, fault);
  return fault ? std::string() : json::serialize(value);
}

}  // namespace

std::vector<Change> known_changes(const net::HttpRequest& request, std::span<const std::string> hosts) {
  std::vector<Change> changes;
  const std::string sent(request.header("content-type"));
  for (const char* type : {"application/json", "application/json; charset=utf-8",
                           "application/json;charset=utf-8", "application/x-www-form-urlencoded", ""}) {
    changes.push_back(
        {"content_type",
         fmt::format("Content-Type was signed as `{}` and sent as `{}`: your HTTP library changed it.", type,
                     sent),
         [type](net::HttpRequest& tried) { set_header(tried, "content-type", type); }});
  }
  for (const std::string& host : hosts) {
    changes.push_back({"host",
                       fmt::format("The request was signed for the host `{}` and sent to `{}`.", host,
                                   request.header("host")),
                       [host](net::HttpRequest& tried) { set_header(tried, "host", host); }});
  }
  const auto body = [&](const char* how, std::string was) {
    if (was == request.body) return;
    changes.push_back({"body",
                       fmt::format("The body was changed after signing: {} bytes were signed, {} sent ({}).",
                                   was.size(), request.body.size(), how),
                       [was](net::HttpRequest& tried) { tried.body = was; }});
  };
  const std::string& now = request.body;
  body("an empty body was signed", "");
  body("a line end was added", now.ends_with("\r\n") ? now.substr(0, now.size() - 2)
                               : now.ends_with('\n') ? now.substr(0, now.size() - 1)
                                                     : now);
  body("the last line end was cut", now + "\n");
  body("CR LF became LF", replaced(now, "\n", "\r\n"));
  body("LF became CR LF", replaced(now, "\r\n", "\n"));
  body("a byte order mark was cut", "\xEF\xBB\xBF" + now);
  if (now.starts_with("\xEF\xBB\xBF")) body("a byte order mark was added", now.substr(3));
  if (std::string packed = compact(now); !packed.empty())
    body("the JSON was written anew", std::move(packed));
  changes.push_back({"body",
                     "The client left the body out of the signature; then it must send `X-TC-Content-SHA256: "
                     "UNSIGNED-PAYLOAD`.",
                     [](net::HttpRequest& tried) {
                       set_header(tried, "x-tc-content-sha256", std::string(cloudapi::kUnsignedPayload));
                     }});
  return changes;
}

}  // namespace sesame::console
