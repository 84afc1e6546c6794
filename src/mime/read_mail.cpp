#include "mime/read_mail.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mime/encoded_words.hpp"
#include "mime/transfer_decoding.hpp"

namespace sesame::mime {
namespace {

constexpr std::size_t kFieldNameBytesMax = 256;

/// Makes any header value safe to show and to compare.
std::string shown(std::string value) {
  if (!utf8::valid(value)) value = as_utf8(value, "");
  for (char& c : value) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return std::string(ascii::trim(value));
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

/// A part whose content is a whole mail.
bool is_attached_mail(const Part& part) {
  const bool mail = part.type == "message/rfc822" || part.type == "message/rfc2822" ||
                    part.type == "message/global" || part.type == "message/news";
  return mail && part.encoding != "base64" && part.encoding != "quoted-printable";
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// `line` without its line end.
std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// The length of the field's name at the start of a line, 0 when the line begins no field. Some programs
/// write blanks before the colon.
std::size_t name_length(std::string_view line) {
  const std::size_t colon = line.substr(0, kFieldNameBytesMax).find(':');
  if (colon == line.npos) return 0;
  std::size_t end = colon;
  while (end > 0 && is_blank(line[end - 1])) --end;
  const bool printable = std::ranges::all_of(line.substr(0, end), [](char c) { return c > ' ' && c < 0x7f; });
  return printable ? end : 0;
}

/// Some saved copies of mails begin with a byte order mark or with empty lines.
std::string_view without_blank_start(std::string_view mail) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (mail.starts_with(kMark)) mail.remove_prefix(kMark.size());
  const std::size_t start = mail.find_first_not_of("\r\n");
  if (start == 0 || start == mail.npos) return mail;
  return name_length(mail.substr(start)) > 0 ? mail.substr(start) : mail;
}

/// Reads the tree of a mail in one pass from its first byte to its last: nothing is read twice, and nothing
/// is built beyond the limits, whatever the bytes are.
class TreeReader {
 public:
  TreeReader(std::string_view mail, const ReadLimits& limits, ReadMail& out)
      : mail_(mail), limits_(limits), out_(out) {}

  void read() { read_entity(out_.root, 0, "text/plain"); }

 private:
  /// The end of an entity: a line that is a boundary, or the end of the mail (level kEndOfMail).
  struct Delimiter {
    std::size_t level = kEndOfMail;  // An index of boundaries_.
    bool closes = false;
  };
  static constexpr std::size_t kEndOfMail = static_cast<std::size_t>(-1);

  std::string_view line() const {
    const std::size_t end = mail_.find('\n', at_);
    return mail_.substr(at_, end == mail_.npos ? end : end + 1 - at_);
  }

  /// Whether a line is one of the open boundaries, the innermost first (RFC 2046 §5.1.1).
  bool is_delimiter(std::string_view line, Delimiter& found) const {
    if (!line.starts_with("--") || boundaries_.empty()) return false;
    line.remove_prefix(2);
    for (std::size_t level = boundaries_.size(); level-- > 0;) {
      if (!line.starts_with(boundaries_[level])) continue;
      std::string_view rest = line.substr(boundaries_[level].size());
      const bool closes = rest.starts_with("--");
      if (closes) rest.remove_prefix(2);
      if (!ascii::trim(rest).empty()) continue;
      found = {level, closes};
      return true;
    }
    return false;
  }

  /// Moves behind the next delimiter; `content` gets what stands before it, without the line end that belongs
  /// to the delimiter.
  Delimiter skip_content(std::string_view& content) {
    const std::size_t start = at_;
    Delimiter found;
    while (at_ < mail_.size()) {
      const std::string_view next = line();
      if (is_delimiter(next, found)) {
        content = without_end(mail_.substr(start, at_ - start));
        at_ += next.size();
        return found;
      }
      at_ += next.size();
    }
    content = mail_.substr(start);
    return found;
  }

  Delimiter skip_content() {
    std::string_view ignored;
    return skip_content(ignored);
  }

  void cut(std::string_view limit) {
    out_.cut = true;
    if (out_.cut_by.empty()) out_.cut_by = limit;
  }

  Delimiter leave_out_rest() {
    cut(out_.parts >= limits_.parts ? "parts" : "depth");
    at_ = mail_.size();
    return {};
  }

  /// Reads the header and the empty line behind it. True when a delimiter stood in their place.
  bool read_header(Part& part, Delimiter& found) {
    while (at_ < mail_.size()) {
      const std::string_view next = line();
      if (is_delimiter(next, found)) {
        at_ += next.size();
        return true;
      }
      if (without_end(next).empty()) {
        at_ += next.size();
        return false;
      }
      if (name_length(next) > 0) {
        read_field(part);
      } else if (next.starts_with("From ") || next.starts_with(">From ")) {
        at_ += next.size();  // The line of an mbox.
      } else {
        return false;  // The empty line is missing: the body begins here.
      }
    }
    return false;
  }

  void read_field(Part& part) {
    const std::size_t start = at_;
    at_ += line().size();
    while (at_ < mail_.size() && is_blank(mail_[at_])) {
      const std::string_view more = line();
      if (ascii::trim(more).empty()) break;  // An empty line with blanks ends the header.
      at_ += more.size();
    }
    const std::string_view field = mail_.substr(start, at_ - start);
    if (fields_ >= limits_.fields) return cut("fields");
    const std::size_t name = name_length(field);
    std::string_view raw = field.substr(field.find(':') + 1);
    while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r')) raw.remove_suffix(1);
    if (raw.size() > limits_.field_bytes) return cut("field bytes");
    ++fields_;
    part.fields.push_back(
        {std::string(field.substr(0, name)), shown(decode_words(unfolded(raw))), std::string(raw)});
  }

  static std::string_view raw_of(const Part& part, std::string_view name) {
    for (const HeaderField& each : part.fields) {
      if (ascii::iequals(each.name, name)) return each.raw;
    }
    return {};
  }

  static void describe(Part& part, std::string_view default_type) {
    ParameterizedValue type = read_parameters(raw_of(part, "Content-Type"));
    const std::size_t slash = type.value.find('/');
    const bool named = slash != std::string::npos && slash > 0 && slash + 1 < type.value.size() &&
                       type.value.find_first_of(" \t\"") == std::string::npos;
    part.type = named ? std::move(type.value) : std::string(default_type);
    part.charset = ascii::lower(ascii::trim(type.parameter("charset")));
    part.report_type = ascii::lower(type.parameter("report-type"));
    part.encoding = ascii::lower(without_comments(unfolded(raw_of(part, "Content-Transfer-Encoding"))));
    const ParameterizedValue disposition = read_parameters(raw_of(part, "Content-Disposition"));
    part.disposition = disposition.value;
    std::string_view name = disposition.parameter("filename");
    if (name.empty()) name = type.parameter("name");
    part.file_name = shown(std::string(name));
    const std::string id = without_comments(unfolded(raw_of(part, "Content-ID")));
    std::string_view bare = id;
    if (bare.starts_with('<')) bare.remove_prefix(1);
    if (bare.ends_with('>')) bare.remove_suffix(1);
    part.content_id = shown(std::string(ascii::trim(bare)));
    part.parameters = std::move(type.parameters);
  }

  std::string boundary_of(const Part& part) const {
    for (const Parameter& one : part.parameters) {
      if (one.name != "boundary") continue;
      const std::size_t end = one.value.find_last_not_of(" \t");
      return one.value.substr(0, end == std::string::npos ? 0 : end + 1);
    }
    return {};
  }

  Delimiter read_entity(Part& part, std::size_t depth, std::string_view default_type) {
    Delimiter end;
    const bool ended = read_header(part, end);
    describe(part, default_type);
    if (ended) return end;
    if (part.type.starts_with("multipart/")) {
      std::string boundary = boundary_of(part);
      if (!boundary.empty()) return read_parts(part, std::move(boundary), depth);
    }
    if (is_attached_mail(part)) {
      Part* child = add_child(part, depth);
      return child == nullptr ? leave_out_rest() : read_entity(*child, depth + 1, "text/plain");
    }
    std::string_view content;
    end = skip_content(content);
    read_leaf(part, content);
    return end;
  }

  Delimiter read_parts(Part& part, std::string boundary, std::size_t depth) {
    const std::size_t level = boundaries_.size();
    boundaries_.push_back(std::move(boundary));
    const std::string_view child_type = part.type == "multipart/digest" ? "message/rfc822" : "text/plain";
    Delimiter found = skip_content();  // The preamble.
    while (found.level == level && !found.closes) {
      Part* child = add_child(part, depth);
      if (child == nullptr) {
        found = leave_out_rest();
        break;
      }
      found = read_entity(*child, depth + 1, child_type);
    }
    boundaries_.resize(level);
    if (found.level != level) return found;
    return skip_content();  // The epilogue.
  }

  Part* add_child(Part& part, std::size_t depth) {
    if (out_.parts >= limits_.parts || depth + 1 >= limits_.depth) return nullptr;
    ++out_.parts;
    return &part.parts.emplace_back();
  }

  static void read_leaf(Part& part, std::string_view content) {
    if (part.encoding == "base64") {
      part.bytes = from_base64(content);
    } else if (part.encoding == "quoted-printable") {
      part.bytes = from_quoted_printable(content);
    } else {
      part.bytes = content;
    }
    if (!part.is_text() && !is_report_text(part.type)) return;
    part.text = as_utf8(part.bytes, part.charset);
    to_lf(part.text);
  }

  const std::string_view mail_;
  const ReadLimits& limits_;
  ReadMail& out_;
  std::size_t at_ = 0;
  std::size_t fields_ = 0;
  std::vector<std::string> boundaries_;  // Those of the open multiparts, the innermost last.
};

}  // namespace

ReadMail read_mail(std::string_view bytes, const ReadLimits& limits) {
  ReadMail mail;
  if (bytes.size() > limits.bytes) {
    bytes = bytes.substr(0, limits.bytes);
    mail.cut = true;
    mail.cut_by = "bytes";
  }
  bytes = without_blank_start(bytes);
  mail.root.type = "text/plain";
  if (!bytes.empty()) TreeReader(bytes, limits, mail).read();
  return mail;
}

std::string_view field(const Part& part, std::string_view name) {
  for (const HeaderField& each : part.fields) {
    if (ascii::iequals(each.name, name)) return each.value;
  }
  return {};
}

}  // namespace sesame::mime
