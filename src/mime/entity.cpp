#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "base/ascii.hpp"
#include "mime/message.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

constexpr std::string_view kBoundaryStart = "=_";  // Neither quoted-printable nor base64 can contain it.
constexpr std::size_t kMaxParameterLine = 76;
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

// RFC 2231 §7: attribute-char
bool stays_in_parameter(char c) {
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || std::string_view("!#$&+-.^_`{|}~").find(c) != std::string_view::npos;
}

std::string percent_encoded(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (stays_in_parameter(c)) {
      encoded += c;
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

// Appends `; filename=` in the simplest form that carries the name (RFC 2183 §2.3, RFC 2231 §3 and §4).
void append_file_name(std::string& out, std::string_view name) {
  const bool simple =
      ascii::is_ascii(name) && name.size() <= 50 && name.find_first_of("\"\\") == std::string_view::npos;
  if (simple) {
    out += "; filename=\"" + std::string(name) + '"';
    return;
  }
  std::string line = " filename*0*=utf-8''";
  unsigned section = 0;
  while (!name.empty()) {
    // Readers decode each section by itself, so no character may be cut.
    const std::size_t size = character_bytes(name);
    const std::string encoded = percent_encoded(name.substr(0, size));
    name.remove_prefix(size);
    if (line.size() + encoded.size() + 1 > kMaxParameterLine) {
      out += ";\r\n" + line;
      line = " filename*" + std::to_string(++section) + "*=";
    }
    line += encoded;
  }
  if (section == 0) line.replace(line.find("*0*="), 4, "*=");
  out += ";\r\n" + line;
}

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

Entity file_entity(std::string_view file_name, std::string_view bytes, std::string_view disposition) {
  Entity entity;
  entity.headers = "Content-Type: " + std::string(content_type_of(file_name)) + "\r\n";
  entity.headers.append("Content-Transfer-Encoding: base64\r\nContent-Disposition: ").append(disposition);
  const std::string name = printable_utf8(file_name.substr(0, kMaxShownNameBytes * 4));
  append_file_name(entity.headers, name.empty() ? "attachment" : name);
  entity.headers += "\r\n";
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

Entity attachment_entity(std::string_view file_name, std::string_view bytes) {
  return file_entity(file_name, bytes, "attachment");
}

Entity inline_entity(std::string_view file_name, std::string_view bytes, std::string_view content_id) {
  if (!valid_content_id(content_id))
    throw std::invalid_argument("content identifier: " + std::string(content_id));
  Entity entity = file_entity(file_name, bytes, "inline");
  entity.headers.append("Content-ID: <").append(content_id).append(">\r\n");
  return entity;
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
