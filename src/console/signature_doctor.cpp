#include "console/signature_doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "base/ascii.hpp"
#include "cloudapi/authorization.hpp"
#include "cloudapi/description.hpp"
#include "console/doctor_report.hpp"
#include "console/known_changes.hpp"
#include "console/pasted_request.hpp"
#include "console/request_body.hpp"

namespace sesame::console {
namespace {

namespace json = boost::json;
using cloudapi::Authorization;
using cloudapi::Digest;

constexpr std::size_t kBodyBytesMax = 64 * 1024;  // It is hashed some 25 times, on an event loop.

std::string server_canonical(const net::HttpRequest& request, const Authorization& authorization) {
  std::vector<std::string> values;
  for (const std::string_view name : authorization.signed_headers)
    values.push_back(ascii::lower(ascii::trim(request.header(name))));
  std::vector<cloudapi::CanonicalHeader> headers;
  for (std::size_t i = 0; i < values.size(); ++i)
    headers.push_back({authorization.signed_headers[i], values[i]});
  const bool get = request.method == "GET";
  const std::string hash = hash_of(get ? std::string_view() : std::string_view(request.body));
  return cloudapi::canonical_text({.method = request.method,
                                   .query = get ? request.query() : std::string_view(),
                                   .headers = headers,
                                   .signed_headers = authorization.signed_header_list,
                                   .payload_hash = hash});
}

bool fits(const net::HttpRequest& request, const Authorization& authorization, std::string_view secret_key) {
  const Digest key = cloudapi::tc3_signing_key(secret_key, authorization.date, authorization.service);
  return cloudapi::signature_matches(request, authorization, key, request.header("x-tc-timestamp"));
}

void examine_signature(Report& report, const net::HttpRequest& request, const Authorization& authorization,
                       const accounts::Credential& credential, const DoctorFacts& facts) {
  const std::string_view secret = credential.secret_key.reveal();
  if (fits(request, authorization, secret))
    return report.rule("signature", true, "The signature is the one that the server computes.");
  for (const char* blanks : {" ", "\n", "\r\n", "\t"}) {
    const std::string key(secret);
    if (fits(request, authorization, key + blanks) || fits(request, authorization, blanks + key))
      return report.rule("key", false, "There are blanks or a line end around the SecretKey that signed.");
  }
  for (const Change& change : known_changes(request, facts.hosts)) {
    net::HttpRequest tried = request;
    change.undo(tried);
    if (fits(tried, authorization, secret)) return report.rule(change.rule, false, change.text);
  }
  report.rule("signature", false,
              "The signature was made with another key, or from a text that is not that of this request. "
              "Compare yours with the "
              "server's canonical request, line by line: the empty line after the headers, their order, the "
              "body's hash.",
              authorization.signature);
}

void examine_authorization(Report& report, std::string_view header, const net::HttpRequest* request,
                           const accounts::Keyring& keyring, const DoctorFacts& facts) {
  const auto parsed = cloudapi::parse_authorization(header);
  if (!parsed) {
    return report.rule("signature", false, authorization_fault(parsed.error()), header.substr(0, 20));
  }
  const auto credential = examine_key(report, parsed->secret_id, keyring, facts);
  if (request == nullptr) {
    const std::string today = cloudapi::scope_date(facts.now_s);
    return report.rule("scope_date", parsed->date == today,
                       fmt::format("The scope's date is {}; the UTC date is {} now.", parsed->date, today),
                       parsed->date);
  }
  const std::string_view timestamp = request->header("x-tc-timestamp");
  examine_clock(report, timestamp, facts.now_s);
  examine_date(report, parsed->date, timestamp);
  if (!std::ranges::is_sorted(parsed->signed_headers))
    report.find("header_order",
                "The signed headers are not in alphabetical order; this server reads them in the order "
                "given, the cloud may not.",
                parsed->signed_header_list);
  const std::string canonical = server_canonical(*request, *parsed);
  report.show("canonical_request", canonical);
  report.show("string_to_sign", fmt::format("TC3-HMAC-SHA256\n{}\n{}/{}/tc3_request\n{}", timestamp,
                                            parsed->date, parsed->service, hash_of(canonical)));
  if (credential && credential->enabled) examine_signature(report, *request, *parsed, *credential, facts);
}

void examine_request(Report& report, const net::HttpRequest& request, const accounts::Keyring& keyring,
                     const DoctorFacts& facts) {
  if (request.has_header("authorization"))
    return examine_authorization(report, request.header("authorization"), &request, keyring, facts);
  report.find("signature",
              "The request has no Authorization header. A signature of version 1 stands among the parameters "
              "of a form or a query; "
              "its text is shown by the Explorer.");
}

/// "TC3-HMAC-SHA256", the timestamp, the scope and a hash, a line each.
void examine_string(Report& report, std::string_view text, const DoctorFacts& facts) {
  const std::vector<std::string_view> lines = ascii::split(text, '\n');
  if (lines.size() != 4)
    return report.find(
        "signature",
        fmt::format("The string to sign has {} lines; it must have four, and no line end after the last.",
                    lines.size()));
  examine_clock(report, lines[1], facts.now_s);
  const std::vector<std::string_view> scope = ascii::split(lines[2], '/');
  if (scope.size() != 3 || scope[2] != "tc3_request")
    return report.find("scope_date", "The scope must be DATE/SERVICE/tc3_request.", lines[2]);
  examine_date(report, scope[0], lines[1]);
  if (lines[3].size() != 64)
    report.find("signature",
                "The last line must be the hash of the canonical request, 64 hexadecimal digits.", lines[3]);
}

void examine_canonical(Report& report, std::string_view text, const std::string* body) {
  const std::vector<std::string_view> lines = ascii::split(text, '\n');
  const auto blank =
      std::find(lines.begin() + std::min<std::ptrdiff_t>(3, static_cast<std::ptrdiff_t>(lines.size())),
                lines.end(), "");
  if (blank == lines.end())
    return report.find("blank_line",
                       "The empty line after the headers is missing: each header ends with a line end, and "
                       "one more follows.");
  if (lines.end() - blank != 3)
    return report.find("signature",
                       "After the empty line come the names of the signed headers and the body's hash, and "
                       "no line end behind it.");
  std::string names;
  for (auto line = lines.begin() + 3; line != blank; ++line)
    names.append(names.empty() ? "" : ";").append(line->substr(0, line->find(':')));
  report.rule("header_order", names == blank[1],
              names == blank[1] ? "The headers stand in the order of their names."
                                : fmt::format("The headers are `{}`, the list says `{}`.", names, blank[1]),
              blank[1]);
  if (body == nullptr) return;
  const bool same = blank[2] == hash_of(*body);
  report.rule("body", same,
              same ? "The hash is the body's."
                   : fmt::format("The hash is not that of the body, which has {} bytes and the hash {}.",
                                 body->size(), hash_of(*body)),
              blank[2]);
}

/// The error codes that an SDK's text names, with what they mean.
void examine_codes(Report& report, std::string_view text) {
  std::string_view longest;
  for (const auto& [code, meaning] : cloudapi::description().errors) {
    if (code.size() > longest.size() && text.find(code) != std::string_view::npos) longest = code;
  }
  if (longest.empty()) return;
  const std::string code(longest);
  report.find("code", code + ": " + cloudapi::error_text(code, cloudapi::Language::en, {}), longest);
}

}  // namespace

json::object examine(const json::object& question, const accounts::Keyring& keyring,
                     const DoctorFacts& facts) {
  const std::string given = text_of(question, "text");
  const std::string_view text = ascii::trim(std::string_view(given));
  Report report(given);
  const std::string body = text_of(question, "body");
  const bool has_body = question.contains("body");
  if (given.size() > kBodyBytesMax || body.size() > kBodyBytesMax) {
    report.find("unreadable", "The text is too long: a mebibyte at most.");
    return report.take();
  }
  constexpr std::string_view kHeader = "authorization:";
  if (text.starts_with("TC3-HMAC-SHA256\n")) {
    examine_string(report, text, facts);
  } else if (text.starts_with("TC3-HMAC-SHA256") || ascii::istarts_with(text, kHeader)) {
    const std::string_view header =
        ascii::istarts_with(text, kHeader) ? ascii::trim(text.substr(kHeader.size())) : text;
    examine_authorization(report, header, nullptr, keyring, facts);
  } else if (text.starts_with("POST\n") || text.starts_with("GET\n")) {
    examine_canonical(report, text, has_body ? &body : nullptr);
  } else if (auto request = read_pasted_request(given)) {
    if (has_body) request->body = body;
    examine_request(report, *request, keyring, facts);
  } else {
    examine_codes(report, given + " " + text_of(question, "code"));
    if (report.empty())
      report.find("unreadable",
                  "Give the RequestId of a refused call, or paste a request (its text or a curl command), an "
                  "Authorization header, a canonical "
                  "request, a string to "
                  "sign, or the text of an error.");
  }
  return report.take();
}

}  // namespace sesame::console
