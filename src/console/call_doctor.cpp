#include "console/call_doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/ascii.hpp"
#include "cloudapi/authorization.hpp"
#include "cloudapi/call_evidence.hpp"
#include "cloudapi/description.hpp"
#include "console/doctor_report.hpp"
#include "console/known_changes.hpp"

namespace sesame::console {
namespace {

using cloudapi::Authorization;
using cloudapi::CallRecord;

/// The request as far as it is kept: without its body, and with marks in the place of secrets.
net::HttpRequest kept_request(const CallRecord& call) {
  net::HttpRequest request;
  const std::vector<std::string_view> words = ascii::split(call.request_line, ' ');
  if (words.size() == 3) {
    request.method = words[0];
    request.target = words[1];
  }
  for (const std::string_view line : ascii::split(call.headers, '\n')) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    request.headers.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))});
  }
  return request;
}

/// Tries the texts that a client may have signed against the digest of its signature.
class SignatureTrial {
 public:
  SignatureTrial(const Authorization& authorization, const CallRecord& call)
      : authorization_(authorization), call_(call) {
    payload_hash_ = call.canonical.substr(call.canonical.rfind('\n') + 1);
  }

  bool fits(const net::HttpRequest& request, std::string_view secret_key) const {
    return fits(request, secret_key, payload_hash_);
  }
  bool fits(const net::HttpRequest& request, std::string_view secret_key, std::string_view hash) const {
    const cloudapi::Digest key =
        cloudapi::tc3_signing_key(secret_key, authorization_.date, authorization_.service);
    return cloudapi::signature_has_digest(request, authorization_, key, request.header("x-tc-timestamp"),
                                          hash, call_.signature_digest);
  }

 private:
  const Authorization& authorization_;
  const CallRecord& call_;
  std::string_view payload_hash_;
};

void examine_signature(Report& report, const net::HttpRequest& request, const Authorization& authorization,
                       const CallRecord& call, std::string_view secret, const DoctorFacts& facts) {
  const SignatureTrial trial(authorization, call);
  if (trial.fits(request, secret))
    return report.rule("signature", true, "The signature is the one that the server computes.");
  for (const char* blanks : {" ", "\n", "\r\n", "\t"}) {
    const std::string key(secret);
    if (trial.fits(request, key + blanks) || trial.fits(request, blanks + key))
      return report.rule("key", false, "There are blanks or a line end around the SecretKey that signed.");
  }
  if (trial.fits(request, secret, hash_of("")))
    return report.rule("body", false,
                       fmt::format("An empty body was signed, and {} bytes were sent.", call.request_bytes));
  if (trial.fits(request, secret, hash_of(cloudapi::kUnsignedPayload)))
    return report.rule(
        "body", false,
        "The client left the body out of the signature; then it must send `X-TC-Content-SHA256: "
        "UNSIGNED-PAYLOAD`.");
  for (const Change& change : known_changes(request, facts.hosts)) {
    if (change.rule == "body") continue;  // The body is not kept.
    net::HttpRequest tried = request;
    change.undo(tried);
    if (trial.fits(tried, secret)) return report.rule(change.rule, false, change.text);
  }
  report.rule(
      "signature", false,
      fmt::format("The signature was made with another key, or from another text. Compare yours with the "
                  "server's canonical request, line by line. The body that came has {} bytes; its hash is "
                  "the last line: if yours differs, the body was changed after signing.",
                  call.request_bytes));
}

void examine_request(Report& report, const CallRecord& call, const accounts::Keyring& keyring,
                     const DoctorFacts& facts) {
  const net::HttpRequest request = kept_request(call);
  if (!request.has_header("authorization"))
    return report.find("signature",
                       "The request carries no Authorization header: it was signed with version 1, or not at "
                       "all. Compare the text that your program signed with the server's.");
  const auto authorization = cloudapi::parse_authorization(request.header("authorization"));
  if (!authorization) return report.find("signature", authorization_fault(authorization.error()));
  const auto credential = examine_key(report, authorization->secret_id, keyring, facts);
  const std::string_view timestamp = request.header("x-tc-timestamp");
  examine_clock(report, timestamp, call.time_ms / 1000);
  examine_date(report, authorization->date, timestamp);
  if (!credential || !credential->enabled) return;
  if (call.string_to_sign.empty())
    return report.find("signature",
                       "Parts of this request are never kept, so the signature cannot be tried again. Paste "
                       "the request as your program made it.");
  examine_signature(report, request, *authorization, call, credential->secret_key.reveal(), facts);
}

}  // namespace

boost::json::object examine_call(const CallRecord& call, const accounts::Keyring& keyring,
                                 const DoctorFacts& facts) {
  Report report({});
  if (!call.refused()) {
    report.rule("signature", true, "The call was carried out: its signature was right.");
    return report.take();
  }
  report.find("code", fmt::format("{}: {}", call.code, call.message_en));
  if (call.code.starts_with("AuthFailure.") && call.code != "AuthFailure.UnauthorizedOperation") {
    if (call.has_evidence)
      examine_request(report, call, keyring, facts);
    else
      report.find("not_kept", "The request was not kept: too many calls were refused at that time.");
  }
  if (!report.names_cause()) report.find("remedy", cloudapi::remedy_of(call.code).en);
  if (!call.canonical.empty()) report.show("canonical_request", std::string(call.canonical));
  if (!call.string_to_sign.empty()) report.show("string_to_sign", std::string(call.string_to_sign));
  return report.take();
}

}  // namespace sesame::console
