#include "cloudapi/call_evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "cloudapi/authorization.hpp"
#include "cloudapi/request_head.hpp"
#include "cloudapi/signature.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

constexpr std::size_t kClientBytesMax = 100;
constexpr std::size_t kSecretIdBytesMax = 64;
constexpr std::size_t kHeadersMax = 40;
constexpr std::size_t kNameBytesMax = 64;
constexpr std::size_t kValueBytesMax = 300;
constexpr std::size_t kTextBytesMax = 8 * 1024;
constexpr std::size_t kItemsMax = 20;

// Headers whose values are kept. All others may hold a token or a cookie of a proxy or of the program.
constexpr std::string_view kPlainHeaders[] = {"accept",
                                              "accept-encoding",
                                              "connection",
                                              "content-encoding",
                                              "content-length",
                                              "content-type",
                                              "date",
                                              "expect",
                                              "host",
                                              "transfer-encoding",
                                              "user-agent",
                                              "via",
                                              "x-forwarded-for",
                                              "x-forwarded-host",
                                              "x-forwarded-proto",
                                              "x-tc-action",
                                              "x-tc-algorithm",
                                              "x-tc-content-sha256",
                                              "x-tc-language",
                                              "x-tc-region",
                                              "x-tc-timestamp",
                                              "x-tc-version",
                                              "x-tc-requestclient"};
// Parameters of version 1, and of a query, whose values are kept.
constexpr std::string_view kPlainParameters[] = {"Action", "Version",  "Region",          "Timestamp",
                                                 "Nonce",  "Language", "SignatureMethod", "RequestClient"};

constexpr std::string_view kSchemes[] = {"TC3-HMAC-SHA256", "Basic", "Bearer", "Digest"};

bool is_plain_header(std::string_view name) {
  return std::ranges::any_of(kPlainHeaders,
                             [&](std::string_view plain) { return ascii::iequals(plain, name); });
}

std::string cut(std::string_view text, std::size_t bytes_max) {
  std::string kept(text.substr(0, bytes_max));
  for (char& c : kept) {
    if (static_cast<unsigned char>(c) < ' ' && c != '\n') c = ' ';
  }
  return utf8::mended_to_store(kept);
}

std::string line_of(std::string_view text, std::size_t bytes_max) {
  std::string line = cut(text, bytes_max);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

/// The value of a header or parameter that names the credential and signs, without the signature.
std::string kept_authorization(std::string_view value) {
  const auto parsed = parse_authorization(value);
  if (!parsed) {
    // The first word may be a key, unless it is one of these.
    const std::string_view word = value.substr(0, value.find(' '));
    const bool known = std::ranges::find(kSchemes, word) != std::end(kSchemes);
    return fmt::format("{}{} ({} bytes that cannot be read)", known ? std::string(word) + " " : std::string(),
                       kCut, value.size());
  }
  return fmt::format("TC3-HMAC-SHA256 Credential={}/{}/{}/tc3_request, SignedHeaders={}, Signature={}",
                     kept_secret_id(parsed->secret_id), line_of(parsed->date, 20),
                     line_of(parsed->service, 40), line_of(parsed->signed_header_list, kValueBytesMax), kCut);
}

/// The kept value of a parameter; nullopt when it has to be cut.
std::optional<std::string> kept_parameter(std::string_view name, std::string_view value) {
  if (name == "SecretId") return kept_secret_id(value);
  if (std::ranges::find(kPlainParameters, name) == std::end(kPlainParameters)) return std::nullopt;
  return line_of(value, kValueBytesMax);
}

/// The query with the values of its parameters cut, as it came else.
std::string kept_query(std::string_view query, bool& is_cut) {
  std::string kept;
  while (!query.empty() && kept.size() < kTextBytesMax) {
    const std::string_view piece = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), piece.size() + 1));
    const std::string_view name = piece.substr(0, piece.find('='));
    if (!kept.empty()) kept += '&';
    kept += line_of(name, kNameBytesMax);
    if (name.size() == piece.size()) continue;
    const auto value = kept_parameter(name, piece.substr(name.size() + 1));
    kept += '=';
    kept += value.value_or(std::string(kCut));
    if (!value) is_cut = true;
  }
  return kept;
}

std::string kept_headers(const net::HttpRequest& request) {
  std::string kept;
  std::size_t left = kHeadersMax;
  for (const net::HttpHeader& header : request.headers) {
    if (left == 0 || kept.size() > kTextBytesMax) break;
    --left;
    std::string value;
    if (ascii::iequals(header.name, "authorization"))
      value = kept_authorization(header.value);
    else if (is_plain_header(header.name))
      value = line_of(header.value, kValueBytesMax);
    else
      value = fmt::format("{} ({} bytes, not kept)", kCut, header.value.size());
    kept.append(line_of(header.name, kNameBytesMax)).append(": ").append(value).append("\n");
  }
  return kept;
}

std::string payload_hash_of(const net::HttpRequest& request, const KnownBody& known) {
  if (!known.payload_hash.empty()) return std::string(known.payload_hash);
  if (request.header("x-tc-content-sha256") == kUnsignedPayload) return hex_digest(sha256(kUnsignedPayload));
  const std::string_view body = request.method == "GET" ? std::string_view() : std::string_view(request.body);
  return known.bytes > kEvidenceBodyBytesMax ? std::string() : hex_digest(sha256(body));
}

void add_tc3(CallEvidence& evidence, const net::HttpRequest& request, const KnownBody& body) {
  const auto authorization = parse_authorization(request.header("authorization"));
  if (!authorization) return;
  bool is_cut = body.hides_payload;
  std::vector<std::string> values;
  for (const std::string_view name : authorization->signed_headers) {
    const bool plain = is_plain_header(name);
    is_cut = is_cut || !plain;
    values.push_back(plain ? ascii::lower(ascii::trim(request.header(name))) : std::string(kCut));
  }
  std::vector<CanonicalHeader> headers;
  for (std::size_t i = 0; i < values.size(); ++i)
    headers.push_back({authorization->signed_headers[i], values[i]});
  const std::string query = request.method == "GET" ? kept_query(request.query(), is_cut) : std::string();
  const std::string hash = body.hides_payload ? std::string(kCut) : payload_hash_of(request, body);
  is_cut = is_cut || hash.empty();
  const std::string text = canonical_text({.method = request.method,
                                           .query = query,
                                           .headers = headers,
                                           .signed_headers = authorization->signed_header_list,
                                           .payload_hash = hash.empty() ? kCut : std::string_view(hash)});
  evidence.canonical = cut(text, kTextBytesMax);
  evidence.signature_digest = hex_digest(sha256(authorization->signature));
  if (is_cut || evidence.canonical != text) return;
  evidence.string_to_sign =
      cut(fmt::format("TC3-HMAC-SHA256\n{}\n{}/{}/tc3_request\n{}", request.header("x-tc-timestamp"),
                      authorization->date, authorization->service, hex_digest(sha256(text))),
          kTextBytesMax);
}

void add_v1(CallEvidence& evidence, const net::HttpRequest& request, std::size_t body_bytes) {
  if (body_bytes > kEvidenceBodyBytesMax) {
    evidence.canonical = fmt::format("{} (a form of {} bytes, of which nothing is kept: more than {})", kCut,
                                     body_bytes, kEvidenceBodyBytesMax);
    return;
  }
  const auto head = read_head(request);
  if (!head) return;
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const auto& [name, value] : head->signed_parameters)
    parameters.emplace_back(line_of(name, kNameBytesMax),
                            kept_parameter(name, value).value_or(std::string(kCut)));
  evidence.canonical = cut(
      v1_text(request.method, line_of(request.header("host"), kValueBytesMax), parameters), kTextBytesMax);
}

/// Whether a field's value, and all values in it, are cut.
bool is_hidden(const Field* field) { return field == nullptr || field->secret || field->personal; }

json::value kept_value(const Field& field, const json::value& value);

json::object kept_object(const std::vector<Field>& fields, const json::object& object) {
  json::object kept;
  for (const auto& [name, value] : object) {
    if (kept.size() == kItemsMax * 2) break;
    const auto field = std::ranges::find(fields, std::string_view(name), &Field::name);
    const bool hidden = field == fields.end() || is_hidden(&*field);
    const std::string shown = line_of(name, kNameBytesMax);
    kept[shown] = hidden ? json::value(kCut) : kept_value(*field, value);
  }
  return kept;
}

json::value kept_value(const Field& field, const json::value& value) {
  if (const json::object* object = value.if_object())
    return field.structure == nullptr ? json::value(kCut)
                                      : json::value(kept_object(field.structure->fields, *object));
  if (const json::array* array = value.if_array()) {
    json::array kept;
    for (const json::value& item : *array) {
      if (kept.size() == kItemsMax) break;
      kept.push_back(item.is_array() ? json::value(kCut) : kept_value(field, item));
    }
    return kept;
  }
  if (const json::string* text = value.if_string()) return json::value(cut(*text, kValueBytesMax));
  return value;
}

/// Whether a field of this name, at any depth, is hidden.
bool hides(const std::vector<Field>& fields, std::string_view name) {
  return std::ranges::any_of(fields, [&](const Field& field) {
    return (field.name == name && is_hidden(&field)) ||
           (field.structure != nullptr && hides(field.structure->fields, name));
  });
}

bool has_secret(const std::vector<Field>& fields) {
  return std::ranges::any_of(fields, [](const Field& field) {
    return field.secret || (field.structure != nullptr && has_secret(field.structure->fields));
  });
}

}  // namespace

CallEvidence gather_evidence(const net::HttpRequest& request, const KnownBody& body) {
  CallEvidence evidence;
  bool is_cut = false;
  const std::string query = kept_query(request.query(), is_cut);
  evidence.request_line =
      fmt::format("{} {}{}{} HTTP/1.1", line_of(request.method, 20), line_of(request.path(), kValueBytesMax),
                  query.empty() ? "" : "?", query);
  evidence.headers = kept_headers(request);
  if (signing_of(request) == RequestHead::Signing::v1)
    add_v1(evidence, request, body.bytes);
  else
    add_tc3(evidence, request, body);
  return evidence;
}

bool takes_secrets(const ActionDescription& action) { return has_secret(action.input); }

bool hides_field(const ActionDescription& action, std::string_view path) {
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('.'));
    if (hides(action.input, name)) return true;
    path.remove_prefix(std::min(path.size(), name.size() + 1));
  }
  return false;
}

std::string kept_body(const ActionDescription& action, const json::object& parameters) {
  return cut(json::serialize(kept_object(action.input, parameters)), kKeptBodyBytesMax);
}

std::string client_name(std::string_view named) {
  std::string name(ascii::trim(named).substr(0, kClientBytesMax));
  for (char& c : name) {
    if (c < ' ' || c > '~') c = '?';
  }
  // Those names stand for ways in that no program can claim.
  if (ascii::iequals(name, "console") || ascii::iequals(name, "smtp")) name.insert(0, "not the ");
  return name;
}

std::string client_name(const net::HttpRequest& request) {
  const std::string_view named = request.header("x-tc-requestclient");
  return client_name(named.empty() ? request.header("user-agent") : named);
}

std::string kept_secret_id(std::string_view named) {
  constexpr std::size_t kShownBytes = 4;
  const std::string id = line_of(named, kSecretIdBytesMax);
  if (id.starts_with("AKID") || id.size() <= kShownBytes) return id;
  return fmt::format("{}… ({} characters)", utf8::truncate(id, kShownBytes), named.size());
}

}  // namespace sesame::cloudapi
