#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "mime/address.hpp"
#include "mime/parameters.hpp"

/// Building messages (RFC 5322, 2045, 2046): header fields and entities, appended to strings of the caller.
///
/// For any input the output is 7-bit (but for addresses whose local part is not: append_address_header), has
/// CRLF line ends only, no NUL, header lines of at most 78 bytes wherever they can be folded and no line of
/// more than 998 bytes. Output depends on the arguments alone, so
/// that constant parts are built once and joined for each letter. Thread: any.
///
/// A message is: header fields, `append_mime_version`, the headers of one Entity, an empty line, its body.
namespace sesame::mime {

// ---- Header fields. Each appends one whole field with its CRLF. A field name must be valid_header_name:
// anything else is a bug of the caller and throws std::invalid_argument.

/// Printable ASCII without colon (RFC 5322 §2.2), at most 64 bytes.
bool valid_header_name(std::string_view name);

/// An unstructured field (Subject, Comments, own fields): encoded words (RFC 2047) when the value is not
/// plain ASCII or could be mistaken for one. Control characters become spaces, bytes that are not UTF-8
/// become U+FFFD.
void append_header(std::string& out, std::string_view name, std::string_view value);

/// A field whose value has a syntax of its own (References, List-Unsubscribe, Message-ID, ...): folded at
/// spaces, never changed while it is ASCII. Beyond ASCII, what stands between angle brackets becomes ASCII
/// where its kind has a way (percent-encoding for URLs, A-labels for domains), words around them become
/// encoded words; other characters become `?`. Control characters become spaces.
void append_structured_header(std::string& out, std::string_view name, std::string_view value);

/// Whether a field of this name has a syntax of its own (RFC 5322, 2369, 2919, 3834, 5322 and alike).
bool is_structured_field(std::string_view name);

/// Whether append_structured_header can write the value without a `?`.
bool is_writable_structure(std::string_view value);

/// Appends a field of any name, by one of the two.
void append_any_header(std::string& out, std::string_view name, std::string_view value);

/// An address list (From, To, Cc, Reply-To). Names are atoms, quoted or encoded words as needed; domains
/// become A-labels. A local part beyond ASCII is written in UTF-8 (RFC 6532 §3.2): such a mail needs a server
/// with SMTPUTF8. Addresses must be acceptable (check_address); an empty list appends nothing.
void append_address_header(std::string& out, std::string_view name, std::span<const Mailbox> mailboxes);

/// `Date:` in UTC (RFC 5322 §3.3), from seconds since the epoch.
void append_date(std::string& out, std::int64_t unix_s);

/// `Message-ID: <id>`; `id` without its angle brackets.
void append_message_id(std::string& out, std::string_view id);

void append_mime_version(std::string& out);

// ---- Bodies.

enum class TransferEncoding { seven_bit, quoted_printable, base64 };
std::string_view name_of(TransferEncoding encoding);

struct EncodedText {
  TransferEncoding encoding = TransferEncoding::seven_bit;
  std::string bytes;  // CRLF lines; ends in CRLF unless empty.
};

/// Turns text with any line ends into a body: unencoded when that is safe everywhere (7-bit, short lines, no
/// trailing spaces, no "From " line, no line that looks like a boundary of ours), else quoted-printable or
/// base64, whichever is shorter. NUL bytes are dropped.
EncodedText encode_text_body(std::string_view text);

/// Base64 in lines of 76 characters, each with CRLF (RFC 2045 §6.8).
void append_base64_lines(std::string& out, std::string_view bytes);

// ---- Entities (RFC 2045 §2.4): a body with the Content-* fields that describe it.

struct Entity {
  std::string headers;  // Content-* fields, each with CRLF.
  std::string body;     // CRLF lines; DKIM's body hash of a message depends on this alone.
};

enum class TextKind { plain, html };
Entity text_entity(TextKind kind, std::string_view text);

/// The description of a file that stands in a mail.
struct FileDescription {
  std::string_view name;  // A name beyond ASCII is encoded by RFC 2231.
  /// From content_type_value; when empty, it follows from the extension, for texts with a charset that fits
  /// their bytes (charset::guess).
  std::string_view content_type;
  /// When not empty, the html beside the file in a multipart/related shows it by `cid:CONTENT_ID` (RFC 2392).
  std::string_view content_id;
};
/// A content_id that is not valid_content_id throws std::invalid_argument.
Entity file_entity(const FileDescription& file, std::string_view bytes);

/// Another form of the text, beside it in a multipart/alternative. `content_type` is from content_type_value.
Entity alternative_entity(std::string_view bytes, std::string_view content_type);

/// The value of a Content-Type field. `type` consists of printable ASCII, as do the names.
std::string content_type_value(std::string_view type, std::span<const Parameter> parameters);

/// Printable ASCII without blanks and angle brackets, 1 to 200 bytes: more than RFC 2045 §7 allows, as much
/// as mail programs write.
bool valid_content_id(std::string_view content_id);

/// The media type for a file name's extension; application/octet-stream for an unknown one.
std::string_view content_type_of(std::string_view file_name);
/// The extension for a media type such as "image/png"; empty for an unknown type.
std::string_view extension_of(std::string_view content_type);

/// `related`: an html text, then the files that it shows (RFC 2387).
enum class MultipartKind { alternative, mixed, related };

/// A boundary that no entity built here can contain. Different `depth` for nested multiparts of one message.
std::string boundary_for(std::uint64_t seed, unsigned depth);

/// A multipart of at least one part. `boundary` comes from boundary_for.
Entity multipart_entity(MultipartKind kind, std::string_view boundary, std::span<const Entity> parts);

// The pieces of multipart_entity, for letters that join constant entities with others without copying twice:
// multipart_headers, then per part append_part, at the end append_closing.
std::string multipart_headers(MultipartKind kind, std::string_view boundary);
void append_part(std::string& out, std::string_view boundary, const Entity& part);
void append_closing(std::string& out, std::string_view boundary);

}  // namespace sesame::mime
