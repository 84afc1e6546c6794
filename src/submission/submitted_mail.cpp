#include "submission/submitted_mail.hpp"

#include <algorithm>
#include <array>
#include <boost/url/pct_string_view.hpp>
#include <set>
#include <utility>

#include "base/ascii.hpp"
#include "campaigns/mail_facts.hpp"
#include "campaigns/message_ids.hpp"
#include "content/attachments.hpp"
#include "content/errors.hpp"
#include "mime/flowed_text.hpp"
#include "mime/message.hpp"
#include "mime/read_addresses.hpp"
#include "mime/read_mail.hpp"
#include "submission/errors.hpp"

namespace sesame::submission {

namespace {

constexpr std::size_t kPartsMax = 100;
constexpr std::size_t kDepthMax = 10;
constexpr std::size_t kShownMailboxesMax = 1000;
constexpr std::size_t kReferencesBytesMax = 8 * 1024;
constexpr std::size_t kContentIdBytesMax = 600;  // With each byte as %20.

Error unreadable(const ErrorName& name, std::string_view value) {
  return Error(name).with("value", std::string(value));
}

Result<std::vector<mime::Mailbox>> mailboxes(const mime::Part& mail, std::string_view name) {
  std::vector<mime::Mailbox> all;
  for (const mime::HeaderField& field : mail.fields) {
    if (!ascii::iequals(field.name, name)) continue;
    for (mime::Mailbox& mailbox : mime::read_addresses(field.raw, kShownMailboxesMax + 1))
      all.push_back(std::move(mailbox));
    if (all.size() > kShownMailboxesMax) {
      return Error(errors::kTooManyMailboxes)
          .with("name", std::string(name))
          .with("limit", std::to_string(kShownMailboxesMax));
    }
  }
  return all;
}

/// SES: the Content-Types that the SMTP documentation allows. Composing a signed or encrypted mail anew would
/// break it.
bool is_composable(std::string_view type) {
  return type == "multipart/mixed" || type == "multipart/related" || type == "multipart/alternative";
}

/// The transfer encodings of RFC 2045 §6.1.
bool is_known_encoding(std::string_view encoding) {
  constexpr std::array<std::string_view, 5> kKnown{"7bit", "8bit", "binary", "quoted-printable", "base64"};
  return std::ranges::any_of(kKnown, [&](std::string_view known) { return encoding == known; });
}

/// Collects the bodies and the files of the tree.
class Bodies {
 public:
  explicit Bodies(content::Mailing& mailing) : mailing_(mailing) {}

  /// `parent`: the type of the multipart around the part; may be empty.
  Status read(mime::Part& part, std::string_view parent = {}) {
    if (!part.encoding.empty() && !is_known_encoding(part.encoding))
      return unreadable(errors::kTransferEncoding, part.encoding);
    if (part.type.starts_with("multipart/")) {
      if (!is_composable(part.type)) return unreadable(errors::kContentType, part.type);
      for (mime::Part& child : part.parts) {
        if (Status status = read(child, part.type); !status) return status;
      }
      return Done{};
    }
    if (!part.parts.empty()) return unreadable(errors::kContentType, part.type);
    if (!part.is_attachment() && (part.type == "text/plain" || part.type == "text/html")) {
      read_text(part);
      return Done{};
    }
    if (parent == "multipart/alternative" && is_form_of_text(part)) {
      read_form(part);
      return Done{};
    }
    return read_file(part);
  }

 private:
  void read_text(mime::Part& part) {
    // Some programs continue the text behind an attachment.
    const bool html = part.type == "text/html";
    std::string& body = html ? mailing_.html : mailing_.text;
    if (!body.empty() && !part.text.empty()) body += '\n';
    const bool flowed = !html && ascii::iequals(parameter(part, "format"), "flowed");
    body += flowed ? mime::unflowed(part.text, ascii::iequals(parameter(part, "delsp"), "yes")) : part.text;
  }

  /// An invitation, a text for watches: not a file, even when it has a name.
  static bool is_form_of_text(const mime::Part& part) {
    return part.disposition != "attachment" && (part.is_text() || part.type == "application/ics");
  }

  void read_form(mime::Part& part) {
    const content::FilePlace place =
        mailing_.html.empty() ? content::FilePlace::before_html : content::FilePlace::behind_html;
    std::string type = mime::content_type_value(part.type, part.parameters);
    mailing_.attachments.push_back(
        {std::move(part.file_name), std::move(part.bytes), {}, std::move(type), place});
  }

  Status read_file(mime::Part& part) {
    std::string name = std::move(part.file_name);
    if (name.empty()) {
      // Files that the html shows often have no name, and invitations neither.
      const std::string_view extension = mime::extension_of(part.type);
      if (extension.empty()) return unreadable(errors::kContentType, part.type);
      name = "part-" + std::to_string(mailing_.attachments.size() + 1) + ".";
      name += extension;
    }
    mailing_.attachments.push_back(
        {std::move(name), std::move(part.bytes), std::move(part.content_id), type_of(part)});
    return Done{};
  }

  /// The type with its parameters, without the name, which the disposition has. Empty when it says less than
  /// the file's name.
  static std::string type_of(const mime::Part& part) {
    std::vector<mime::Parameter> parameters = part.parameters;
    std::erase_if(parameters, [](const mime::Parameter& one) { return one.name == "name"; });
    const bool says_little =
        part.type == "application/octet-stream" || (part.is_text() && parameters.empty());
    return says_little ? std::string() : mime::content_type_value(part.type, parameters);
  }

  static std::string_view parameter(const mime::Part& part, std::string_view name) {
    for (const mime::Parameter& one : part.parameters) {
      if (one.name == name) return one.value;
    }
    return {};
  }

  content::Mailing& mailing_;
};

/// The content identifiers that `cid:` addresses in the html name, percent-decoded (RFC 2392 §2).
std::set<std::string, std::less<>> shown_by(std::string_view html) {
  constexpr std::string_view kScheme = "cid:";
  std::set<std::string, std::less<>> identifiers;
  for (std::size_t at = html.find(kScheme); at != html.npos; at = html.find(kScheme, at)) {
    at += kScheme.size();
    const std::string_view written = html.substr(at, html.find_first_of("\"'<>() \t\r\n", at) - at);
    at += written.size();
    const auto encoded = boost::urls::make_pct_string_view(written);
    if (encoded && written.size() <= kContentIdBytesMax) identifiers.insert(encoded->decode());
  }
  return identifiers;
}

/// Removes the identifiers of files that the html does not show: many programs give one to every file, and
/// the reader must still see those as attachments.
void keep_shown(content::Mailing& mailing) {
  const std::set<std::string, std::less<>> shown = shown_by(mailing.html);
  for (content::Attachment& file : mailing.attachments) {
    if (!shown.contains(file.content_id) || !mime::valid_content_id(file.content_id)) file.content_id.clear();
  }
}

/// References without its oldest identifiers, but for the first, which names the thread (RFC 5537 §3.4.4).
std::string shortened_references(std::string_view value) {
  const std::size_t first_end = std::min(value.find(' '), value.size());
  std::string_view newest = value.substr(first_end);
  if (newest.size() > kReferencesBytesMax) newest.remove_prefix(newest.size() - kReferencesBytesMax);
  const std::size_t whole = newest.size() + first_end < value.size() ? newest.find(' ') : 0;
  return std::string(value.substr(0, first_end)).append(whole == newest.npos ? "" : newest.substr(whole));
}

/// The value to write. Structured fields stay as they came: nothing in an identifier or a URL is an encoded
/// word (RFC 2047 §5).
std::string kept_value(const mime::HeaderField& field) {
  if (!mime::is_structured_field(field.name) || !ascii::is_ascii(field.raw)) return field.value;
  std::string value;
  for (const char c : field.raw) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (c != '\r' && c != '\n') value += control ? ' ' : c;
  }
  return std::string(ascii::trim(value));
}

Status take_headers(const mime::Part& mail, content::Mailing& mailing) {
  std::size_t repeated_by_events = 0;
  for (const mime::HeaderField& field : mail.fields) {
    if (field.value.empty() || content::is_reserved_header(field.name)) continue;
    content::Header header(field.name, kept_value(field));
    if (ascii::iequals(field.name, "References")) header.second = shortened_references(header.second);
    const bool repeated = ascii::istarts_with(field.name, campaigns::kCallbackPrefix);
    if (repeated && ++repeated_by_events > content::kHeadersMax)
      return Error(errors::kHeader).with("name", field.name);
    const content::HeaderLimits limits = repeated ? content::HeaderLimits() : content::kSubmittedHeaders;
    if (!content::check_headers(std::span(&header, 1), limits))
      return Error(errors::kHeader).with("name", field.name);
    mailing.headers.push_back(std::move(header));
  }
  if (mailing.headers.size() > content::kSubmittedHeaders.count) {
    return Error(errors::kTooManyHeaders).with("limit", std::to_string(content::kSubmittedHeaders.count));
  }
  return Done{};
}

Status check_frame(const mime::ReadMail& mail) {
  if (mail.cut) return unreadable(errors::kTooComplex, mail.cut_by);
  const std::string_view version = ascii::trim(mime::field(mail.root, "MIME-Version"));
  if (!version.empty() && !version.starts_with("1.0")) return unreadable(errors::kMimeVersion, version);
  const std::string& type = mail.root.type;
  if (!is_composable(type) && type != "text/plain" && type != "text/html")
    return unreadable(errors::kContentType, type);
  return Done{};
}

Status check_bodies(const content::Mailing& mailing, const MailLimits& limits) {
  if (mailing.html.empty() && mailing.text.empty()) return Error(errors::kBodyMissing);
  if (const std::size_t size = mailing.html.size() + mailing.text.size(); size > content::kBodiesBytesMax) {
    return Error(content::errors::kTooLarge)
        .with("value", std::to_string(size))
        .with("limit", std::to_string(content::kBodiesBytesMax));
  }
  content::AttachmentLimits files;
  files.total_bytes_max = limits.attachments_bytes;
  files.any_characters = true;  // The API's rule about blanks would refuse what office programs send.
  return content::check_attachments(mailing.attachments, files);
}

}  // namespace

Result<SubmittedMail> read_submitted_mail(std::string_view bytes, const MailLimits& limits) {
  mime::ReadLimits read_limits;
  read_limits.bytes = limits.mail_bytes;
  read_limits.parts = kPartsMax;
  read_limits.depth = kDepthMax;
  mime::ReadMail mail = mime::read_mail(bytes, read_limits);
  SubmittedMail submitted;
  auto authors = mailboxes(mail.root, "From");
  if (!authors || authors->size() != 1) return Error(errors::kFromMissing);
  submitted.from = std::move(authors->front());
  content::Mailing& mailing = submitted.mailing;
  mailing.subject = mime::field(mail.root, "Subject");
  if (mailing.subject.empty()) return Error(errors::kSubjectMissing);
  if (Status status = check_frame(mail); !status) return std::move(status).error();
  if (Status status = Bodies(mailing).read(mail.root); !status) return std::move(status).error();
  if (Status status = check_bodies(mailing, limits); !status) return std::move(status).error();
  keep_shown(mailing);
  auto to = mailboxes(mail.root, "To");
  if (!to) return std::move(to).error();
  auto cc = mailboxes(mail.root, "Cc");
  if (!cc) return std::move(cc).error();
  submitted.addressees = {std::move(*to), std::move(*cc)};
  auto answers_to = mailboxes(mail.root, "Reply-To");
  if (!answers_to) return std::move(answers_to).error();
  mailing.answers_to = std::move(*answers_to);
  submitted.header_id =
      campaigns::read_header_id(mime::field(mail.root, "Message-ID")).value_or(std::string());
  if (Status status = take_headers(mail.root, mailing); !status) return std::move(status).error();
  return submitted;
}

}  // namespace sesame::submission
