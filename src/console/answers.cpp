#include "console/answers.hpp"

#include <boost/json/serialize.hpp>

#include "accounts/errors.hpp"
#include "base/error_text.hpp"
#include "console/errors.hpp"

namespace sesame::console {
namespace {

namespace json = boost::json;

struct Row {
  const ErrorName& reason;
  unsigned status;
  std::string_view code;
};

// The codes are what the pages know; they never change.
constexpr Row kRows[] = {{errors::kHost, 403, "HostNotAllowed"},
                         {errors::kOrigin, 403, "ForeignOrigin"},
                         {errors::kPlainHttp, 403, "PlainHttpRefused"},
                         {errors::kLoginWrong, 401, "LoginFailed"},
                         {errors::kCodeNeeded, 401, "CodeNeeded"},
                         {errors::kCodeWrong, 401, "CodeWrong"},
                         {errors::kThrottled, 429, "TooManyAttempts"},
                         {errors::kCodesThrottled, 429, "TooManyAttempts"},
                         {errors::kLinkWrong, 403, "LinkInvalid"},
                         {errors::kSetUpNeeded, 403, "SetupNeeded"},
                         {errors::kNoSession, 401, "SessionEnded"},
                         {errors::kCsrf, 403, "CsrfMismatch"},
                         {errors::kProofNeeded, 403, "StepUpNeeded"},
                         {errors::kSigned, 400, "SignedCall"},
                         {errors::kBadRequest, 400, "BadRequest"},
                         {errors::kNotFound, 404, "NotFound"},
                         {errors::kMethod, 405, "MethodNotAllowed"},
                         {errors::kCredential, 403, "CredentialRefused"},
                         {errors::kPartTooLarge, 413, "PartTooLarge"},
                         {accounts::errors::kUserName, 400, "UserName"},
                         {accounts::errors::kPasswordWeak, 400, "PasswordWeak"}};

Row row_of(const Error& error) {
  for (const Row& row : kRows) {
    if (error.is(row.reason)) return row;
  }
  if (error.temporary()) return {error.name(), 503, "ServerBusy"};
  return {error.name(), 500, "InternalError"};
}

std::string message_of(const Error& error) {
  std::string text = declared_text(error);
  return text.empty() ? "The server could not do this. Its log says why." : text;
}

}  // namespace

net::HttpResponse json_answer(unsigned status, const json::object& body) {
  net::HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = json::serialize(body);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

net::HttpResponse refusal(const Error& error) {
  const Row row = row_of(error);
  net::HttpResponse response =
      json_answer(row.status, {{"error", json::object{{"code", row.code}, {"message", message_of(error)}}}});
  for (const Error::Fact& fact : error.facts()) {
    if (row.status == 429 && fact.name == "seconds") response.headers.emplace_back("Retry-After", fact.value);
  }
  return response;
}

std::string_view code_of(const Error& error) { return row_of(error).code; }

net::HttpResponse redirect(unsigned status, std::string_view to) {
  net::HttpResponse response;
  response.status = status;
  response.headers.emplace_back("Location", to);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

void add_security_headers(net::HttpResponse& response, bool secure) {
  const auto add = [&](const char* name, const char* value) { response.headers.emplace_back(name, value); };
  bool policed = false;
  for (const auto& header : response.headers) policed = policed || header.first == "Content-Security-Policy";
  if (!policed) add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  add("X-Content-Type-Options", "nosniff");
  add("Referrer-Policy", "no-referrer");
  add("Cross-Origin-Opener-Policy", "same-origin");
  add("Cross-Origin-Resource-Policy", "same-origin");
  add("Permissions-Policy",
      "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
      "microphone=(), midi=(), payment=(), usb=(), clipboard-read=(), clipboard-write=(self)");
  add("X-Robots-Tag", "noindex, nofollow");
  if (secure) add("Strict-Transport-Security", "max-age=31536000");
}

std::string document_policy(std::string_view nonce) {
  return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + std::string(nonce) +
         "'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; "
         "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src "
         "'none'; "
         "require-trusted-types-for 'script'; trusted-types sesame default";
}

std::string content_policy(bool remote_images) {
  return std::string("sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:") +
         (remote_images ? " https:" : "") + "; frame-ancestors 'self'";
}

}  // namespace sesame::console
