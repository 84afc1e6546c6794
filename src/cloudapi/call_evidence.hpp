#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "cloudapi/description.hpp"
#include "net/http_server.hpp"

/// The kept parts of a refused request, which show its sender why: never a signature, a token, a password
/// or the value of a parameter. Pure. Thread: any.
namespace sesame::cloudapi {

/// The largest body that is read again for evidence: a larger one would hold up an event loop.
inline constexpr std::size_t kEvidenceBodyBytesMax = 32 * 1024;
inline constexpr std::size_t kKeptBodyBytesMax = 4 * 1024;
/// The mark in the place of a value that is not kept.
inline constexpr std::string_view kCut = "***";

/// A request without its secrets; each text is valid UTF-8 and bounded.
struct CallEvidence {
  std::string request_line;  // "POST / HTTP/1.1"
  std::string headers;       // "Name: value\n" each.
  // The text that the server hashed; empty when none could be made. A form above kEvidenceBodyBytesMax has
  // only its size here.
  std::string canonical;
  std::string string_to_sign;    // Empty when something had to be cut from `canonical`.
  std::string signature_digest;  // SHA-256 of the signature that came, in hex.
};

/// The facts about the body of a request that are left when the body is gone.
struct KnownBody {
  std::size_t bytes = 0;          // As it came.
  std::string_view payload_hash;  // Its digest in hex, when it was computed before.
  bool hides_payload = false;     // The digest is not kept: somebody could guess a password with it.
};
CallEvidence gather_evidence(const net::HttpRequest& request, const KnownBody& body);

/// Whether the action takes a field that is never kept.
bool takes_secrets(const ActionDescription& action);

/// Whether the value of the field is never kept; `path` is as errors name it, `Datas.3.TemplateData`.
bool hides_field(const ActionDescription& action, std::string_view path);

/// The parameters as JSON without the values of fields that are secret, personal or not described; at most
/// kKeptBodyBytesMax.
std::string kept_body(const ActionDescription& action, const boost::json::object& parameters);

/// How the program of a signed call calls itself (X-TC-RequestClient, else User-Agent), as printable ASCII of
/// at most 100 characters; never "console".
std::string client_name(const net::HttpRequest& request);
std::string client_name(std::string_view named);

/// A SecretId as the caller named it. One that is not of the cloud's form may be a key that was put in its
/// place: then only its beginning is kept.
std::string kept_secret_id(std::string_view named);

}  // namespace sesame::cloudapi
