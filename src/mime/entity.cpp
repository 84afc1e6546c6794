#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "base/ascii.hpp"
#include "base/charset.hpp"
#include "mime/message.hpp"
#include "mime/parameters.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

constexpr std::string_view kBoundaryStart = "=_";  // Neither quoted-printable nor base64 can contain it.
constexpr std::size_t kMaxContentIdBytes = 200;
constexpr std::size_t kMaxShownNameBytes = 255;  // SES: Attachment.FileName

using TypeOfExtension = std::pair<std::string_view, std::string_view>;
// SES: the extensions that may be attached.
constexpr TypeOfExtension kTypes[] = {
    {"bmp", "image/bmp"},
    {"cgm", "image/cgm"},
    {"css", "text/css"},
    {"csv", "text/csv"},
    {"doc", "application/msword"},
    {"docm", "application/vnd.ms-word.document.macroEnabled.12"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"eps", "application/postscript"},
    {"ez", "application/andrew-inset"},
    {"gif", "image/gif"},
    {"htm", "text/html"},
    {"html", "text/html"},
    {"ics", "text/calendar"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"m4a", "audio/mp4"},
    {"mobi", "application/x-mobipocket-ebook"},
    {"mp3", "audio/mpeg"},
    {"msg", "application/vnd.ms-outlook"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"pub", "application/x-mspublisher"},
    {"rtf", "application/rtf"},
    {"shtml", "text/html"},
    {"tar", "application/x-tar"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"txt", "text/plain"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", "application/xml"},
    {"zip", "application/zip"},
};

std::string_view name_of(MultipartKind kind) {
  switch (kind) {
    case MultipartKind::alternative:
      return "alternative";
    case MultipartKind::mixed:
      return "mixed";
    case MultipartKind::related:
      return "related";
  }
  return "mixed";
}

// The type that a file's extension means; for a text with its charset.
std::string guessed_type(std::string_view file_name, std::string_view bytes) {
  std::string type(content_type_of(file_name));
  if (!type.starts_with("text/")) return type;
  if (const auto charset = charset::guess(bytes)) append_parameter(type, "charset", *charset);
  return type;
}

Entity encoded_entity(std::string_view content_type, std::string_view bytes) {
  Entity entity;
  entity.headers.append("Content-Type: ").append(content_type);
  entity.headers += "\r\nContent-Transfer-Encoding: base64\r\n";
  append_base64_lines(entity.body, bytes);
  return entity;
}

}  // namespace

std::string_view content_type_of(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  if (dot != std::string_view::npos) {
    const std::string extension = ascii::lower(file_name.substr(dot + 1));
    for (const auto& [known, type] : kTypes) {
      if (known == extension) return type;
    }
  }
  return "application/octet-stream";
}

Entity text_entity(TextKind kind, std::string_view text) {
  EncodedText encoded = encode_text_body(text);
  Entity entity;
  entity.headers = kind == TextKind::plain ? "Content-Type: text/plain; charset=utf-8\r\n"
                                           : "Content-Type: text/html; charset=utf-8\r\n";
  entity.headers += "Content-Transfer-Encoding: " + std::string(name_of(encoded.encoding)) + "\r\n";
  entity.body = std::move(encoded.bytes);
  return entity;
}

std::string_view extension_of(std::string_view content_type) {
  for (const auto& [extension, known] : kTypes) {
    if (known == content_type) return extension;
  }
  return {};
}

Entity file_entity(const FileDescription& file, std::string_view bytes) {
  const bool shown = !file.content_id.empty();
  if (shown && !valid_content_id(file.content_id))
    throw std::invalid_argument("content identifier: " + std::string(file.content_id));
  Entity entity = encoded_entity(
      file.content_type.empty() ? guessed_type(file.name, bytes) : std::string(file.content_type), bytes);
  entity.headers += shown ? "Content-Disposition: inline" : "Content-Disposition: attachment";
  const std::string name = printable_utf8(file.name.substr(0, kMaxShownNameBytes * 4));
  append_parameter(entity.headers, "filename", name.empty() ? "attachment" : name);
  entity.headers += "\r\n";
  if (shown) entity.headers.append("Content-ID: <").append(file.content_id).append(">\r\n");
  return entity;
}

Entity alternative_entity(std::string_view bytes, std::string_view content_type) {
  return encoded_entity(content_type, bytes);
}

std::string content_type_value(std::string_view type, std::span<const Parameter> parameters) {
  std::string value(type);
  for (const Parameter& one : parameters) append_parameter(value, one.name, printable_utf8(one.value));
  return value;
}

bool valid_content_id(std::string_view content_id) {
  const auto printable = [](char c) { return c > ' ' && c < 0x7f && c != '<' && c != '>'; };
  return !content_id.empty() && content_id.size() <= kMaxContentIdBytes &&
         std::ranges::all_of(content_id, printable);
}

std::string boundary_for(std::uint64_t seed, unsigned depth) {
  char text[32];
  std::snprintf(text, sizeof text, "%016llx_%02x", static_cast<unsigned long long>(seed), depth & 0xff);
  return std::string(kBoundaryStart) + text;
}

std::string multipart_headers(MultipartKind kind, std::string_view boundary) {
  if (!boundary.starts_with(kBoundaryStart))
    throw std::invalid_argument("boundary: " + std::string(boundary));
  std::string headers = "Content-Type: multipart/" + std::string(name_of(kind)) + ";\r\n";
  if (kind == MultipartKind::related) headers += " type=\"text/html\";\r\n";  // RFC 2387 §3.1
  return headers.append(" boundary=\"").append(boundary) += "\"\r\n";
}

void append_part(std::string& out, std::string_view boundary, const Entity& part) {
  out.append("--").append(boundary).append("\r\n");
  out.append(part.headers).append("\r\n").append(part.body);
  // The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1): an empty body needs one as
  // well.
  if (part.body.empty()) out += "\r\n";
}

void append_closing(std::string& out, std::string_view boundary) {
  out.append("--").append(boundary).append("--\r\n");
}

Entity multipart_entity(MultipartKind kind, std::string_view boundary, std::span<const Entity> parts) {
  if (parts.empty()) throw std::invalid_argument("a multipart without parts");
  Entity entity{multipart_headers(kind, boundary), {}};
  std::size_t bytes = 0;
  for (const Entity& part : parts) bytes += part.headers.size() + part.body.size() + boundary.size() + 8;
  entity.body.reserve(bytes + boundary.size() + 8);
  for (const Entity& part : parts) append_part(entity.body, boundary, part);
  append_closing(entity.body, boundary);
  return entity;
}

}  // namespace sesame::mime
