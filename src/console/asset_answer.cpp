#include "console/asset_answer.hpp"

#include "base/ascii.hpp"
#include "console/answers.hpp"

namespace sesame::console {
namespace {

constexpr std::string_view kNonceMark = "__NONCE__";
constexpr std::string_view kNoFrontEnd =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sesame</title>"
    "<p>This program was built without the web console: <code>./dev build</code> makes it.</p></html>\n";

/// Whether a list of codings names one, and does not forbid it (RFC 9110 §12.5.3).
bool accepts(std::string_view list, std::string_view coding) {
  for (const std::string_view part : ascii::split(list, ',')) {
    const std::string_view item = ascii::trim(part);
    if (!ascii::iequals(ascii::trim(item.substr(0, item.find(';'))), coding)) continue;
    const std::size_t weight = item.find("q=");
    if (weight == std::string_view::npos) return true;
    return item.find_first_of("123456789", weight) != std::string_view::npos;
  }
  return false;
}

}  // namespace

net::HttpResponse asset_answer(const Asset& asset, std::string_view accept_encoding) {
  net::HttpResponse response;
  response.content_type = asset.type;
  std::string_view bytes = asset.bytes;
  std::string_view coding;
  if (!asset.brotli.empty() && accepts(accept_encoding, "br")) {
    bytes = asset.brotli;
    coding = "br";
  } else if (!asset.gzip.empty() && accepts(accept_encoding, "gzip")) {
    bytes = asset.gzip;
    coding = "gzip";
  }
  response.body = bytes;
  if (!coding.empty()) response.headers.emplace_back("Content-Encoding", coding);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

net::HttpResponse document_answer(std::string_view nonce) {
  net::HttpResponse response;
  response.content_type = "text/html; charset=utf-8";
  response.headers.emplace_back("Content-Security-Policy", document_policy(nonce));
  response.headers.emplace_back("Cache-Control", "no-cache");
  const Asset* document = find_asset("index.html");
  if (document == nullptr) {
    response.status = 503;
    response.body = kNoFrontEnd;
    return response;
  }
  response.body = document->bytes;
  for (std::size_t at = response.body.find(kNonceMark); at != std::string::npos;
       at = response.body.find(kNonceMark, at + nonce.size()))
    response.body.replace(at, kNonceMark.size(), nonce);
  return response;
}

}  // namespace sesame::console
