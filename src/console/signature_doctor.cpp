#include "console/signature_doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <utility>

#include "base/ascii.hpp"
#include "cloudapi/authorization.hpp"
#include "cloudapi/description.hpp"
#include "console/known_changes.hpp"
#include "console/pasted_request.hpp"
#include "console/request_body.hpp"

namespace sesame::console {
namespace {

namespace json = boost::json;
using cloudapi::Authorization;
using cloudapi::Digest;

constexpr std::int64_t kWindowS = 300;
constexpr std::int64_t kHalfHourS = 1800;
constexpr std::size_t kBodyBytesMax = 64 * 1024;  // It is hashed some 25 times, on an event loop.

std::string hash_of(std::string_view bytes) { return cloudapi::hex_digest(cloudapi::sha256(bytes)); }

/// Findings and rules, as the page reads them. Thread: one.
class Report {
 public:
  explicit Report(std::string_view text) : text_(text) {}

  /// A rule that holds, or a finding about it; `mark` is the part of the pasted text that it is about.
  void rule(std::string_view name, bool holds, std::string why, std::string_view mark = {}) {
    rules_.push_back(json::object{{"rule", name}, {"holds", holds}, {"text", why}});
    if (!holds) find(name, std::move(why), mark);
  }
  void find(std::string_view name, std::string why, std::string_view mark = {}) {
    json::object finding{{"rule", name}, {"text", std::move(why)}};
    const std::size_t at = mark.empty() ? std::string_view::npos : text_.find(mark);
    if (at != std::string_view::npos) finding["at"] = at;
    findings_.push_back(std::move(finding));
  }
  void show(const char* name, std::string text) { server_[name] = std::move(text); }
  bool empty() const { return findings_.empty(); }

  json::object take() {
    json::object made{{"findings", std::move(findings_)}};
    if (!rules_.empty()) made["rules"] = std::move(rules_);
    if (!server_.empty()) made["server"] = std::move(server_);
    return made;
  }

 private:
  const std::string_view text_;
  json::array findings_, rules_;
  json::object server_;
};

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

void examine_clock(Report& report, std::string_view timestamp, std::int64_t now_s) {
  const auto seconds = number_in(timestamp);
  if (!seconds) {
    report.rule("clock", false,
                fmt::format("The timestamp `{}` is no number of seconds.", timestamp.substr(0, 40)),
                timestamp);
    return;
  }
  const std::int64_t ahead = *seconds - now_s;
  const std::int64_t distance = ahead < 0 ? -ahead : ahead;
  std::string why = fmt::format("The timestamp is {} s {} the server's clock; {} s are allowed.", distance,
                                ahead < 0 ? "behind" : "ahead of", kWindowS);
  const std::int64_t halves = (distance + kHalfHourS / 2) / kHalfHourS;
  const std::int64_t off = distance - halves * kHalfHourS;
  if (*seconds > now_s * 100)
    why = "The timestamp is in milliseconds; it must be in seconds.";
  else if (halves > 0 && halves <= 28 && off > -kWindowS && off < kWindowS)
    why += fmt::format(" That is {}{} h {:02} min: a local time was sent as UTC.", ahead < 0 ? "-" : "+",
                       halves / 2, halves % 2 * 30);
  report.rule("clock", distance <= kWindowS,
              distance <= kWindowS ? "The timestamp fits the server's clock." : why, timestamp);
}

void examine_date(Report& report, std::string_view date, std::string_view timestamp) {
  const auto seconds = number_in(timestamp);
  if (!seconds) return;
  const std::string utc = cloudapi::scope_date(*seconds);
  if (date == utc)
    return report.rule("scope_date", true, "The scope's date is the UTC date of the timestamp.");
  constexpr std::int64_t kFarthestS = 14 * 3600;
  const bool local = date == cloudapi::scope_date(*seconds + kFarthestS) ||
                     date == cloudapi::scope_date(std::max<std::int64_t>(0, *seconds - kFarthestS));
  report.rule("scope_date", false,
              fmt::format("The scope's date is {}, the UTC date of the timestamp {}{}.", date.substr(0, 20),
                          utc, local ? ": you used the local date" : ""),
              date);
}

/// The key of a known credential; nullptr with a finding for any other.
std::shared_ptr<const accounts::Credential> examine_key(Report& report, std::string_view secret_id,
                                                        const accounts::Keyring& keyring,
                                                        const DoctorFacts& facts) {
  const std::string_view plain = ascii::trim(secret_id);
  auto credential = keyring.find(plain);
  if (credential && credential->account_id != facts.account_id) credential = nullptr;
  if (plain != secret_id) {
    report.rule("key", false, "There are blanks around the SecretId.", secret_id);
  } else if (!credential) {
    report.rule("key", false,
                "Your account has no such SecretId. Was the SecretKey put there, or an id of another server?",
                secret_id);
  } else if (!credential->enabled) {
    report.rule("key", false, "The credential is disabled.", secret_id);
  } else {
    report.rule("key", true, "The credential is known and enabled.");
  }
  return credential;
}

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
    std::string rule = parsed.error().facts().empty() ? "" : parsed.error().facts().front().value;
    const auto known = cloudapi::description().rules.find(rule);
    if (known != cloudapi::description().rules.end()) rule = known->second.en;
    return report.rule("signature", false, "The Authorization header cannot be read: " + rule,
                       header.substr(0, 20));
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
                  "Paste a request (its text or a curl command), an Authorization header, a canonical "
                  "request, a string to "
                  "sign, or the text of an error.");
  }
  return report.take();
}

}  // namespace sesame::console
