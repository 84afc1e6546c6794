#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Reading mail that others wrote: bounce mails, abuse reports, submitted mail. Parsed by GMime, given as
/// plain values. Whatever the bytes are, the answer is a mail: what breaks the rules is read as far as it
/// goes.
namespace sesame::mime {

struct HeaderField {
  std::string name;   // As written.
  std::string value;  // Unfolded, encoded words decoded (RFC 2047), valid UTF-8, without control characters.
  std::string raw;    // As it came: folded, not decoded, without the line end. Any bytes.
};

/// A node of the tree of RFC 2045 §2.4. `bytes` and `text` of leaves, `parts` of all others: the children of
/// a multipart, or the one mail inside a message/rfc822.
struct Part {
  std::vector<HeaderField> fields;  // Of a mail (the outermost or an attached one): all of its header.
  std::string type;         // "text/plain": lower case; text/plain when none is said (RFC 2045 §5.2).
  std::string charset;      // Lower case; empty when none is said.
  std::string encoding;     // Content-Transfer-Encoding as written, lower case; empty when none is said.
  std::string report_type;  // Of a multipart/report (RFC 6522 §3); lower case.
  std::string disposition;  // "attachment", "inline", ...: lower case; empty when none is said.
  std::string file_name;    // UTF-8, by RFC 2231 or 2047; empty when none is said.
  std::string content_id;   // Without its angle brackets.
  std::string bytes;        // The transfer encoding is undone.
  std::string text;         // Of text/* and the small formats of reports: valid UTF-8, LF line ends.
  std::vector<Part> parts;

  bool is_text() const { return type.starts_with("text/"); }
  bool is_attachment() const { return disposition == "attachment" || !file_name.empty(); }
};

struct ReadLimits {
  std::size_t bytes = 64 * 1024 * 1024;  // Of a mail; the rest is not read.
  std::size_t parts = 1000;              // In all; further ones are left out.
  std::size_t depth = 30;                // Of the tree; what lies deeper is left out.
  std::size_t fields = 2000;             // Of one header.
  std::size_t field_bytes = 256 * 1024;  // Of one field; longer ones are left out.
};

struct ReadMail {
  Part root;              // The mail itself: `fields` is its header.
  bool cut = false;       // Something was left out because of a limit.
  std::size_t parts = 1;  // How many there are in the tree.
};

/// Pure but for memory; any thread. An mbox `From ` line in front is skipped; line ends may be CRLF or LF.
/// Takes memory of about twice the size of `mail`.
ReadMail read_mail(std::string_view mail, const ReadLimits& limits = {});

/// The value of the first field of that name (letters compared without case); empty when there is none.
std::string_view field(const Part& part, std::string_view name);

/// Any text as UTF-8, for reading: by `charset` if that is known and fits; else as UTF-8, as ISO-2022-JP when
/// it has its escapes (old systems send it without a word), or as Windows-1252. NUL bytes become spaces.
std::string as_utf8(std::string_view text, std::string_view charset);

}  // namespace sesame::mime
