#include "mime/read_mail.hpp"

#include <gmime/gmime.h>

#include <memory>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mime/gmime_start.hpp"

namespace sesame::mime {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

struct FreeOptions {
  void operator()(GMimeParserOptions* options) const { g_mime_parser_options_free(options); }
};

std::string text_of(const char* text) { return text == nullptr ? std::string() : std::string(text); }

/// Makes any header value safe to show and to compare.
std::string shown(std::string value) {
  if (!utf8::valid(value)) value = as_utf8(value, "");
  std::string plain;
  plain.reserve(value.size());
  for (const char c : value) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    plain.push_back(control ? ' ' : c);
  }
  return std::string(ascii::trim(plain));
}

void to_lf(std::string& text) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') continue;
    text[kept++] = text[at];
  }
  text.resize(kept);
}

/// The formats of RFC 3464, 5965 and 6522 §4: header-like text, whatever their type says.
bool is_report_text(std::string_view type) {
  return type == "message/delivery-status" || type == "message/global-delivery-status" ||
         type == "message/feedback-report" || type == "message/disposition-notification" ||
         type == "message/global-headers" || type == "message/partial" || type == "message/rfc822" ||
         type == "message/external-body" || type == "application/json";
}

class TreeReader {
 public:
  TreeReader(const ReadLimits& limits, ReadMail& mail) : limits_(limits), mail_(mail) {}

  void read_message(GMimeMessage* message, Part& part, std::size_t depth) {
    read_fields(GMIME_OBJECT(message), part);
    GMimeObject* body = g_mime_message_get_mime_part(message);
    if (body != nullptr) {
      read_entity(body, part, depth);
    } else {
      part.type = "text/plain";
    }
  }

 private:
  void read_fields(GMimeObject* object, Part& part) {
    GMimeHeaderList* list = g_mime_object_get_header_list(object);
    const int count = g_mime_header_list_get_count(list);
    for (int index = 0; index < count; ++index) {
      if (part.fields.size() >= limits_.fields) {
        mail_.cut = true;
        return;
      }
      GMimeHeader* header = g_mime_header_list_get_header_at(list, index);
      std::string raw = text_of(g_mime_header_get_raw_value(header));
      if (raw.size() > limits_.field_bytes) {
        mail_.cut = true;
        continue;
      }
      while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r')) raw.pop_back();
      part.fields.push_back({text_of(g_mime_header_get_name(header)),
                             shown(text_of(g_mime_header_get_value(header))), std::move(raw)});
    }
  }

  void read_entity(GMimeObject* object, Part& part, std::size_t depth) {
    read_description(object, part);
    if (part.fields.empty()) read_fields(object, part);
    if (GMIME_IS_MULTIPART(object)) {
      GMimeMultipart* multipart = GMIME_MULTIPART(object);
      const int count = g_mime_multipart_get_count(multipart);
      for (int index = 0; index < count; ++index) {
        Part* child = add_child(part, depth);
        if (child == nullptr) return;
        read_entity(g_mime_multipart_get_part(multipart, index), *child, depth + 1);
      }
    } else if (GMIME_IS_MESSAGE_PART(object)) {
      GMimeMessage* message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
      if (message == nullptr) return;
      if (Part* child = add_child(part, depth)) read_message(message, *child, depth + 1);
    } else if (GMIME_IS_PART(object)) {
      read_leaf(GMIME_PART(object), part);
    }
  }

  Part* add_child(Part& part, std::size_t depth) {
    if (mail_.parts >= limits_.parts || depth + 1 >= limits_.depth) {
      mail_.cut = true;
      return nullptr;
    }
    ++mail_.parts;
    return &part.parts.emplace_back();
  }

  static void read_description(GMimeObject* object, Part& part) {
    GMimeContentType* type = g_mime_object_get_content_type(object);
    const std::string major = text_of(g_mime_content_type_get_media_type(type));
    part.type = ascii::lower(major + "/" + text_of(g_mime_content_type_get_media_subtype(type)));
    part.charset = ascii::lower(text_of(g_mime_content_type_get_parameter(type, "charset")));
    part.encoding =
        ascii::lower(ascii::trim(text_of(g_mime_object_get_header(object, "Content-Transfer-Encoding"))));
    part.report_type = ascii::lower(text_of(g_mime_content_type_get_parameter(type, "report-type")));
    part.disposition = ascii::lower(text_of(g_mime_object_get_disposition(object)));
    part.content_id = text_of(g_mime_object_get_content_id(object));
    if (GMIME_IS_PART(object)) part.file_name = shown(text_of(g_mime_part_get_filename(GMIME_PART(object))));
  }

  static void read_leaf(GMimePart* leaf, Part& part) {
    GMimeDataWrapper* content = g_mime_part_get_content(leaf);
    if (content == nullptr) return;
    const Owned<GMimeStream> memory(g_mime_stream_mem_new());
    if (g_mime_data_wrapper_write_to_stream(content, memory.get()) < 0) return;
    const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
    if (array->len > 0) part.bytes.assign(reinterpret_cast<const char*>(array->data), array->len);
    if (!part.is_text() && !is_report_text(part.type)) return;
    part.text = as_utf8(part.bytes, part.charset);
    to_lf(part.text);
  }

  const ReadLimits& limits_;
  ReadMail& mail_;
};

std::string_view without_mbox_line(std::string_view mail) {
  if (!mail.starts_with("From ") && !mail.starts_with(">From ")) return mail;
  const std::size_t end = mail.find('\n');
  return end == mail.npos ? std::string_view{} : mail.substr(end + 1);
}

}  // namespace

ReadMail read_mail(std::string_view bytes, const ReadLimits& limits) {
  start_gmime();
  ReadMail mail;
  bytes = without_mbox_line(bytes);
  if (bytes.size() > limits.bytes) {
    bytes = bytes.substr(0, limits.bytes);
    mail.cut = true;
  }
  mail.root.type = "text/plain";
  if (bytes.empty()) return mail;
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  // The parts refer to the one copy in the stream.
  g_mime_parser_set_persist_stream(parser.get(), TRUE);
  const std::unique_ptr<GMimeParserOptions, FreeOptions> options(g_mime_parser_options_new());
  const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), options.get()));
  if (message) {
    TreeReader(limits, mail).read_message(message.get(), mail.root, 0);
  } else {
    mail.root.bytes = bytes;
    mail.root.text = as_utf8(bytes, "");
  }
  return mail;
}

std::string_view field(const Part& part, std::string_view name) {
  for (const HeaderField& each : part.fields) {
    if (ascii::iequals(each.name, name)) return each.value;
  }
  return {};
}

}  // namespace sesame::mime
