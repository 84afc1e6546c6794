#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mime/parameters.hpp"

/// Reads foreign mail: bounce mails, abuse reports, submitted mail. Any bytes yield a mail: malformed parts
/// are read as far as possible, in one pass, and nothing is built beyond the limits. Time and memory grow
/// with the size of the mail and not with its content.
namespace sesame::mime {

struct HeaderField {
  std::string name;   // As written.
  std::string value;  // Unfolded, encoded words decoded (RFC 2047), valid UTF-8, without control characters.
  std::string raw;    // Unchanged: folded, not decoded, without the line end. Any bytes.
};

/// A node of the tree of RFC 2045 §2.4. Leaves have `bytes` and `text`, all others `parts`: the children of a
/// multipart, or the one mail inside a message/rfc822.
struct Part {
  std::vector<HeaderField> fields;    // The whole header, for a mail (the outermost or an attached one).
  std::string type;                   // "text/plain": lower case; text/plain by default (RFC 2045 §5.2).
  std::vector<Parameter> parameters;  // Those of the Content-Type.
  std::string charset;                // Lower case; may be empty.
  std::string encoding;     // Content-Transfer-Encoding, lower case, without comments; may be empty.
  std::string report_type;  // The parameter of a multipart/report (RFC 6522 §3); lower case.
  std::string disposition;  // "attachment", "inline", ...: lower case; may be empty.
  std::string file_name;    // UTF-8, by RFC 2231 or 2047; may be empty.
  std::string content_id;   // Without its angle brackets.
  std::string bytes;        // The transfer encoding is undone.
  std::string text;         // For text/* and the small formats of reports: valid UTF-8, LF line ends.
  std::vector<Part> parts;

  bool is_text() const { return type.starts_with("text/"); }
  bool is_attachment() const { return disposition == "attachment" || !file_name.empty(); }
};

struct ReadLimits {
  std::size_t bytes = 64 * 1024 * 1024;  // Bytes of a mail; the rest is not read.
  std::size_t parts = 1000;              // Parts of a mail; further ones are left out.
  std::size_t depth = 30;                // Levels of the tree; deeper ones are left out.
  std::size_t fields = 10'000;           // Fields of all headers together; further ones are left out.
  std::size_t field_bytes = 256 * 1024;  // Bytes of one field; longer ones are left out.
};

struct ReadMail {
  Part root;                // The mail itself: `fields` is its header.
  bool cut = false;         // True when a limit made something be left out.
  std::string_view cut_by;  // The first such limit, for the log: "bytes", "parts", "depth", ...
  std::size_t parts = 1;    // The number of parts in the tree.
};

/// A byte order mark, an mbox `From ` line and empty lines in front are skipped; line ends may be CRLF or LF.
/// Takes memory of about twice the size of `mail`. Pure. Thread: any.
ReadMail read_mail(std::string_view mail, const ReadLimits& limits = {});

/// The value of the first field of that name (compared without case); empty when the part has no such field.
std::string_view field(const Part& part, std::string_view name);

/// Converts any text to UTF-8, for reading: from `charset` (base/charset.hpp) if that is known and fits; else
/// by a guess, in the end from Windows-1252. NUL bytes become spaces.
std::string as_utf8(std::string_view text, std::string_view charset);

}  // namespace sesame::mime
