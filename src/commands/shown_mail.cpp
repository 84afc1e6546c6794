#include "commands/shown_mail.hpp"

#include "base/ascii.hpp"
#include "commands/html_text.hpp"
#include "mime/read_mail.hpp"

namespace sesame::commands {

namespace {

constexpr const char* kShownFields[] = {"From", "Sender",  "Reply-To",   "To",          "Cc",
                                        "Date", "Subject", "Message-ID", "In-Reply-To", "List-Unsubscribe"};

/// Collects the texts and the files of the tree.
class MailReader {
 public:
  void read(const mime::Part& part) {
    const bool is_mail = part.type == "message/rfc822";
    const bool is_body = part.type == "text/plain" || part.type == "text/html";
    if (part.parts.empty() || is_mail) {
      if (is_body && !part.is_attachment())
        append(part.type == "text/html" ? html_ : text_, part.text);
      else if (!part.type.starts_with("multipart/"))
        mail_.files.push_back({printable(part.file_name), printable(part.type), size_of(part)});
      return;
    }
    for (const mime::Part& child : part.parts) read(child);
  }

  ShownMail finish() {
    mail_.from_html = ascii::trim(text_).empty() && !html_.empty();
    mail_.text = printable(mail_.from_html ? text_of_html(html_) : text_);
    return std::move(mail_);
  }

  void add_field(const std::string& name, std::string_view value) {
    if (!value.empty()) mail_.fields.emplace_back(name, printable(value));
  }

 private:
  /// Some programs continue the text behind an attachment.
  static void append(std::string& text, const std::string& more) {
    if (!text.empty() && !more.empty()) text += '\n';
    text += more;
  }

  /// The bytes of the part; of an attached mail those of its parts.
  static std::uint64_t size_of(const mime::Part& part) {
    std::uint64_t bytes = part.bytes.size();
    for (const mime::Part& child : part.parts) bytes += size_of(child);
    return bytes;
  }

  ShownMail mail_;
  std::string text_;
  std::string html_;
};

}  // namespace

ShownMail read_shown_mail(std::string_view raw) {
  const mime::ReadMail mail = mime::read_mail(raw);
  MailReader reader;
  for (const char* name : kShownFields) {
    for (const mime::HeaderField& field : mail.root.fields) {
      if (ascii::iequals(field.name, name)) reader.add_field(name, field.value);
    }
  }
  reader.read(mail.root);
  return reader.finish();
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '\r') continue;
    const bool control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
    // U+0080 to U+009F, which some terminals take for escape sequences.
    const bool high = byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    if (high) ++at;
    shown += control || high ? '.' : static_cast<char>(byte);
  }
  return shown;
}

}  // namespace sesame::commands
