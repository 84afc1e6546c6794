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
#include "mime/message.hpp"
#include "mime/read_addresses.hpp"
#include "mime/read_mail.hpp"
#include "submission/errors.hpp"

namespace sesame::submission {

namespace {

constexpr std::size_t kPartsMax = 100;
constexpr std::size_t kDepthMax = 10;
constexpr std::size_t kShownMailboxesMax = 100;
constexpr std::size_t kContentIdBytesMax = 600;  // With each byte as %20.

Error unreadable(const ErrorName& name, std::string_view value) {
  return Error(name).with("value", std::string(value));
}

std::vector<mime::Mailbox> mailboxes(const mime::Part& mail, std::string_view name) {
  std::vector<mime::Mailbox> all;
  for (const mime::HeaderField& field : mail.fields) {
    if (!ascii::iequals(field.name, name)) continue;
    for (mime::Mailbox& mailbox : mime::read_addresses(field.raw, kShownMailboxesMax))
      if (all.size() < kShownMailboxesMax) all.push_back(std::move(mailbox));
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

  Status read(mime::Part& part) {
    if (!part.encoding.empty() && !is_known_encoding(part.encoding))
      return unreadable(errors::kTransferEncoding, part.encoding);
    if (part.type.starts_with("multipart/")) {
      if (!is_composable(part.type)) return unreadable(errors::kContentType, part.type);
      for (mime::Part& child : part.parts) {
        if (Status status = read(child); !status) return status;
      }
      return Done{};
    }
    if (!part.parts.empty()) return unreadable(errors::kContentType, part.type);
    if (!part.is_attachment() && (part.type == "text/plain" || part.type == "text/html")) {
      read_text(part);
      return Done{};
    }
    return read_file(part);
  }

 private:
  void read_text(mime::Part& part) {
    // Some programs continue the text behind an attachment.
    std::string& body = part.type == "text/html" ? mailing_.html : mailing_.text;
    if (!body.empty() && !part.text.empty()) body += '\n';
    body += part.text;
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
    mailing_.attachments.push_back({std::move(name), std::move(part.bytes), std::move(part.content_id)});
    return Done{};
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

void take_headers(const mime::Part& mail, content::Mailing& mailing) {
  for (const bool repeated_by_events : {true, false}) {
    for (const mime::HeaderField& field : mail.fields) {
      if (ascii::istarts_with(field.name, campaigns::kCallbackPrefix) != repeated_by_events) continue;
      if (mailing.headers.size() >= content::kHeadersMax) return;
      const content::Header header(field.name, field.value);
      if (!field.value.empty() && content::check_headers(std::span(&header, 1)))
        mailing.headers.push_back(header);
    }
  }
}

Status check_frame(const mime::ReadMail& mail) {
  if (mail.cut) return Error(errors::kTooComplex);
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
  return content::check_attachments(mailing.attachments, files);
}

}  // namespace

std::string mailbox_text(const mime::Mailbox& mailbox) {
  std::string named = mailbox.display_name + " <" + mailbox.address + ">";
  const Result<mime::Mailbox> read = mime::parse_mailbox(named);
  const bool same = read.ok() && read.value() == mailbox;
  return same ? named : mailbox.address;
}

Result<SubmittedMail> read_submitted_mail(std::string_view bytes, const MailLimits& limits) {
  mime::ReadLimits read_limits;
  read_limits.bytes = limits.mail_bytes;
  read_limits.parts = kPartsMax;
  read_limits.depth = kDepthMax;
  mime::ReadMail mail = mime::read_mail(bytes, read_limits);
  SubmittedMail submitted;
  std::vector<mime::Mailbox> authors = mailboxes(mail.root, "From");
  if (authors.size() != 1) return Error(errors::kFromMissing);
  submitted.from = std::move(authors.front());
  content::Mailing& mailing = submitted.mailing;
  mailing.subject = mime::field(mail.root, "Subject");
  if (mailing.subject.empty()) return Error(errors::kSubjectMissing);
  if (Status status = check_frame(mail); !status) return std::move(status).error();
  if (Status status = Bodies(mailing).read(mail.root); !status) return std::move(status).error();
  if (Status status = check_bodies(mailing, limits); !status) return std::move(status).error();
  keep_shown(mailing);
  submitted.addressees = {mailboxes(mail.root, "To"), mailboxes(mail.root, "Cc")};
  const std::vector<mime::Mailbox> answers_to = mailboxes(mail.root, "Reply-To");
  if (!answers_to.empty()) mailing.reply_to = mailbox_text(answers_to.front());
  submitted.header_id =
      campaigns::read_header_id(mime::field(mail.root, "Message-ID")).value_or(std::string());
  take_headers(mail.root, mailing);
  return submitted;
}

}  // namespace sesame::submission
