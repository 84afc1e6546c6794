#include "bounces/bounce_mail.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "bounces/notice_text.hpp"
#include "bounces/reply_codes.hpp"
#include "bounces/returned_text.hpp"
#include "bounces/ses_json.hpp"
#include "bounces/status_fields.hpp"
#include "bounces/verp.hpp"

namespace sesame::bounces {
namespace {

using Kind = BounceMail::Kind;

std::string_view header(const ReturnedMail& returned, std::string_view name) {
  for (const mime::HeaderField& field : returned.fields) {
    if (ascii::iequals(field.name, name)) return field.value;
  }
  return {};
}

bool any_phrase(const std::vector<Phrase>& phrases, std::string_view text) {
  const PlainText plain = plain_text(text);
  return std::ranges::any_of(phrases, [&](const Phrase& each) { return each.found_in(plain); });
}

/// Saved copies may begin with an empty line, or with a byte order mark.
std::string_view without_blank_start(std::string_view bytes) {
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  const std::size_t begin = bytes.find_first_not_of("\r\n");
  return begin == bytes.npos ? std::string_view() : bytes.substr(begin);
}

/// Whether a report of this action replaces one of `other` about the same recipient.
bool is_better(const Notice& notice, const Notice& other) {
  if (notice.action != other.action) return notice.action == "failed";
  return other.diagnostic.empty() && !notice.diagnostic.empty();
}

class BounceReader {
 public:
  BounceReader(std::string_view bytes, const mime::ReadMail& read, const MailShapes& shapes)
      : bytes_(without_blank_start(bytes).substr(0, kBounceMailBytes)), shapes_(shapes), read_(read) {}

  BounceMail read() {
    if (read_bare_notification()) return std::move(mail_);
    mail_.from = report_address(mime::field(read_.root, "From"));
    mail_.subject = utf8::truncate(mime::field(read_.root, "Subject"), kFieldBytes);
    walk(read_.root);
    take_raw_body();
    finish_returned();
    if (read_ses_notification(text_, mail_)) return std::move(mail_);
    mail_.kind = kind();
    if (mail_.kind == Kind::abuse_report) finish_complaint();
    if (mail_.kind == Kind::auto_reply) finish_reply();
    if (mail_.kind == Kind::bounce) finish_bounce();
    return std::move(mail_);
  }

 private:
  /// A notification received by HTTP, without a mail around it.
  bool read_bare_notification() {
    if (!ascii::trim(bytes_.substr(0, kFieldBytes)).starts_with('{')) return false;
    return read_ses_notification(mime::as_utf8(bytes_.substr(0, kReportBytes), ""), mail_);
  }

  // ---- The parts of the mail.

  void walk(const mime::Part& part) {
    if (part.type == "message/delivery-status" || part.type == "message/global-delivery-status") {
      add_notices(read_status_fields(part.text));
    } else if (part.type == "message/feedback-report") {
      read_feedback_fields(part.text, mail_);
    } else if (part.type == "text/rfc822-headers" || part.type == "message/global-headers" ||
               part.type == "message/partial") {
      take_returned(read_header_text(part.text));
    } else if (part.type == "message/rfc822" || part.type == "message/global" ||
               part.type == "message/news") {
      take_returned(part.parts.empty() ? read_header_text(part.text) : part.parts[0].fields);
    } else if (part.is_text() && !seen_returned_) {
      take_text(part);
    } else if (part.type == "application/json") {
      add_text(part.text);
    }
    if (part.type.starts_with("multipart/")) {
      for (const mime::Part& child : part.parts) walk(child);
    }
  }

  void take_text(const mime::Part& part) {
    if (part.type == "text/html") {
      html_ = html_.empty() ? text_of_html(std::string_view(part.text).substr(0, kNoticeTextBytes)) : html_;
    } else {
      add_text(part.text);
    }
  }

  void add_text(std::string_view text) {
    const std::size_t room = kNoticeTextBytes - std::min(kNoticeTextBytes, text_.size());
    text_.append(utf8::truncate(text, room)).push_back('\n');
  }

  void take_returned(std::vector<mime::HeaderField> fields) {
    seen_returned_ = true;
    if (mail_.returned.fields.empty()) mail_.returned.fields = std::move(fields);
  }

  void add_notices(std::vector<Notice> notices) {
    for (Notice& notice : notices) {
      if (mail_.notices.size() < kNoticesMax) mail_.notices.push_back(std::move(notice));
    }
  }

  /// The mail's own text, without the returned mail; the raw body when no part is readable.
  void take_raw_body() {
    if (ascii::trim(text_).empty() && !html_.empty()) text_ = html_;
    if (ascii::trim(text_).empty() && mail_.notices.empty()) {
      std::size_t body = bytes_.find("\n\n");
      const std::size_t crlf = bytes_.find("\r\n\r\n");
      if (crlf != bytes_.npos && (body == bytes_.npos || crlf < body)) body = crlf + 2;
      if (body != bytes_.npos) {
        std::string raw = mime::as_utf8(bytes_.substr(body, kNoticeTextBytes), "");
        std::erase(raw, '\r');
        add_text(raw);
      }
    }
    const SplitText split = split_returned(text_, shapes_);
    if (mail_.returned.fields.empty() && !split.returned.empty())
      mail_.returned.fields = read_header_text(split.returned);
    notice_ = own_words(split.notice, shapes_);
    if (mail_.notices.empty()) add_notices(read_status_fields(split.notice));
    if (mail_.notices.empty() && split.returned.find("inal-") != std::string::npos)
      add_notices(read_status_fields(split.returned));
    if (mail_.feedback_type.empty() && mail_.notices.empty()) read_feedback_fields(text_, mail_);
  }

  void finish_returned() {
    ReturnedMail& returned = mail_.returned;
    returned.message_id = utf8::truncate(header(returned, "Message-ID"), kFieldBytes);
    if (returned.message_id.starts_with('<') && returned.message_id.ends_with('>'))
      returned.message_id = returned.message_id.substr(1, returned.message_id.size() - 2);
    if (returned.return_path.empty()) returned.return_path = report_address(header(returned, "Return-Path"));
    returned.to = report_address(header(returned, "To"));
  }

  // ---- What kind of mail it is.

  Kind kind() {
    if (ascii::iequals(mime::field(read_.root, "X-Apple-Unsubscribe"), "true")) return Kind::abuse_report;
    const bool says_so = read_.root.report_type == "feedback-report" || !mail_.feedback_type.empty();
    if (says_so || any_phrase(shapes_.complaint_subjects, mail_.subject)) return Kind::abuse_report;
    if (!mail_.notices.empty() || read_.root.report_type == "delivery-status") return Kind::bounce;
    if (!mime::field(read_.root, "X-Failed-Recipients").empty()) return Kind::bounce;
    const bool replies = any_phrase(shapes_.reply_subjects, mail_.subject);
    const bool returns = !mail_.returned.fields.empty();
    const bool reports = any_phrase(shapes_.bounce_subjects, mail_.subject);
    if (sent_by_system()) return replies && !returns && !reports ? Kind::auto_reply : Kind::bounce;
    if (replies) return Kind::auto_reply;
    if (reports) {
      only_by_subject_ = true;
      return Kind::bounce;
    }
    if (is_reply() || reads_like_reply()) return Kind::auto_reply;
    return mime::field(read_.root, "Return-Path") == "<>" ? Kind::bounce : Kind::other;
  }

  bool sent_by_system() const {
    const std::string_view from = mime::field(read_.root, "From");
    std::string local = ascii::lower(mail_.from.substr(0, mail_.from.find('@')));
    std::erase(local, '"');
    if (std::ranges::find(shapes_.senders, local) != shapes_.senders.end()) return true;
    if (ascii::trim(from) == "<>") return true;
    const std::size_t address = from.rfind('<');
    const std::string name(from.substr(0, address == from.npos || address == 0 ? from.npos : address));
    return any_phrase(shapes_.sender_names, name);
  }

  /// Replies of programs that mark nothing: no returned mail, and the words of such a reply.
  bool reads_like_reply() const {
    if (!mail_.returned.fields.empty()) return false;
    if (any_phrase(shapes_.reply_texts, notice_)) return true;
    const auto has = [&](std::string_view name) { return !mime::field(read_.root, name).empty(); };
    const bool answers = has("In-Reply-To") || has("References") || ascii::istarts_with(mail_.subject, "re:");
    const bool unasked = mime::field(read_.root, "Return-Path") == "<>" || has("Precedence");
    return (answers || unasked) && any_phrase(shapes_.thanks_texts, notice_);
  }

  bool is_reply() const {
    const auto has = [&](std::string_view name) { return !mime::field(read_.root, name).empty(); };
    const auto says = [&](std::string_view name, std::string_view word) {
      return ascii::istarts_with(mime::field(read_.root, name), word);
    };
    // RFC 3834 §5. A generated mail that answers nothing is a notification.
    const bool answers = has("In-Reply-To") || has("References");
    if (says("Auto-Submitted", "auto-replied") || (answers && says("Auto-Submitted", "auto-"))) return true;
    // Fields in use before RFC 3834.
    constexpr std::array<std::string_view, 6> kFields{"X-Autoreply",      "X-Auto-Reply",
                                                      "X-Autorespond",    "X-Autoresponse",
                                                      "X-Autoreply-From", "X-Mail-Autoreply"};
    return std::ranges::any_of(kFields, has) || says("Precedence", "auto_reply") ||
           says("X-Apple-Action", "vacation");
  }

  // ---- Its recipients.

  void finish_complaint() {
    if (!mime::field(read_.root, "X-Apple-Unsubscribe").empty()) {
      // Apple Mail's junk button; the type is not registered, but others use it, too (RFC 5965 §3.1 wants
      // types extensible).
      mail_.feedback_type = "opt-out";
      mail_.notices = {{.address = mail_.from}};
    }
    if (mail_.feedback_type.empty()) mail_.feedback_type = "abuse";
    if (mail_.notices.empty()) {
      // Outlook.com's reports name the recipient in the returned mail only.
      std::string address = report_address(header(mail_.returned, "X-HmXmrOriginalRecipient"));
      if (address.empty()) address = mail_.returned.to;
      mail_.notices.push_back({.address = std::move(address)});
    }
  }

  void finish_reply() {
    mail_.notices = {{.address = mail_.from, .diagnostic = std::string(notice_), .words = mail_.subject}};
  }

  void finish_bounce() {
    std::vector<Notice> described = read_notice_text(notice_, own_addresses(), shapes_);
    const std::string named = returned_recipient();
    // The failed mail may have been sent to its own sender.
    if (described.empty() && named.empty()) described = read_notice_text(notice_, {}, shapes_);
    if (mail_.notices.empty()) {
      mail_.notices = std::move(described);
      keep_failed();
    } else {
      join(described);
    }
    if (mail_.notices.empty() && named.empty() && only_by_subject_) {
      mail_.kind = Kind::other;  // A letter about something else.
      return;
    }
    if (mail_.notices.empty()) mail_.notices.push_back({.address = named});
    drop_repeats();
    if (mail_.notices.size() == 1) mail_.notices[0].words = notice_;
    if (!says_delayed()) return;
    for (Notice& notice : mail_.notices) {
      if (notice.action.empty()) notice.action = "delayed";
    }
  }

  /// Whether the subject reports a delay. The failed mail's own subject, which many reports repeat, does not
  /// count, and a final reply refutes it.
  bool says_delayed() const {
    std::string subject = mail_.subject;
    const std::string_view failed = header(mail_.returned, "Subject");
    const std::size_t repeated = failed.empty() ? subject.npos : subject.find(failed);
    if (repeated != subject.npos) subject.erase(repeated, failed.size());
    const std::string prefix = subject.substr(0, subject.find(": "));
    if (any_phrase(shapes_.bounce_subjects, prefix)) subject = prefix;
    const Codes codes = deciding_codes(notice_, {});
    const bool final = codes.reply.starts_with('5') || codes.status.starts_with('5');
    return !final && any_phrase(shapes_.delay_subjects, subject);
  }

  /// The recipient by the returned mail or by the return path to which the report came. The path names the
  /// one recipient of this mail, To may name a list.
  std::string returned_recipient() const {
    for (const std::string_view path :
         {std::string_view(mail_.returned.return_path), mime::field(read_.root, "To"),
          mime::field(read_.root, "Delivered-To"), mime::field(read_.root, "X-Original-To")}) {
      std::string recipient = verp_recipient(report_address(path));
      if (!recipient.empty()) return recipient;
    }
    for (const std::string_view name : {"X-Envelope-To", "Envelope-To", "X-Original-To", "Delivered-To", "To",
                                        "Apparently-To", "Resent-To"}) {
      std::string recipient = report_address(header(mail_.returned, name));
      if (recipient.find('@') != std::string::npos) return recipient;
    }
    return {};
  }

  /// A recipient that is told several times is one recipient.
  void drop_repeats() {
    std::vector<Notice> kept;
    std::unordered_map<std::string, std::size_t> places;
    for (Notice& notice : mail_.notices) {
      const auto [place, fresh] = places.try_emplace(ascii::lower(notice.address), kept.size());
      if (fresh || notice.address.empty())
        kept.push_back(std::move(notice));
      else if (is_better(notice, kept[place->second]))
        kept[place->second] = std::move(notice);
    }
    mail_.notices = std::move(kept);
  }

  /// Addresses of the sender's side: the report's recipient and the failed mail's sender.
  std::vector<std::string> own_addresses() const {
    std::vector<std::string> own{ascii::lower(mail_.from)};
    for (const std::string_view value :
         {header(mail_.returned, "From"), header(mail_.returned, "Return-Path"),
          header(mail_.returned, "Reply-To"), header(mail_.returned, "Sender"),
          header(mail_.returned, "Errors-To"), std::string_view(mail_.returned.return_path),
          mime::field(read_.root, "To"), mime::field(read_.root, "Delivered-To"),
          mime::field(read_.root, "Reply-To")}) {
      std::string address = ascii::lower(report_address(value));
      if (!address.empty() && !ascii::iequals(address, mail_.returned.to)) own.push_back(std::move(address));
    }
    return own;
  }

  /// Exim and Gmail name the recipients in a field; other addresses in the text are not recipients.
  void keep_failed() {
    const std::string_view value = mime::field(read_.root, "X-Failed-Recipients");
    if (value.empty()) return;
    std::vector<Notice> failed;
    const std::vector<std::string_view> named = ascii::split(value, ',');
    for (const std::string_view part : named) {
      const std::string address = report_address(part);
      if (address.empty() || failed.size() >= kNoticesMax) continue;
      const auto described = std::ranges::find_if(
          mail_.notices, [&](const Notice& each) { return ascii::iequals(each.address, address); });
      failed.push_back(described != mail_.notices.end() ? *described : Notice{.address = address});
      if (failed.back().diagnostic.empty())
        failed.back().words = utf8::truncate(notice_, room_for_each(named.size()));
    }
    if (!failed.empty()) mail_.notices = std::move(failed);
  }

  /// Completes the notices of the fields with the text.
  void join(const std::vector<Notice>& described) {
    for (std::size_t index = 0; index < mail_.notices.size(); ++index) {
      Notice& notice = mail_.notices[index];
      const auto same = std::ranges::find_if(described, [&](const Notice& each) {
        return !notice.address.empty() && (ascii::iequals(each.address, notice.address) ||
                                           ascii::iequals(each.address, notice.original_address));
      });
      if (same != described.end()) {
        notice.words = same->diagnostic + "\n" + same->words;
        if (notice.diagnostic.empty()) notice.diagnostic = same->diagnostic;
      } else if (notice.address.empty() && described.size() == mail_.notices.size()) {
        notice.address = described[index].address;
        notice.words = described[index].diagnostic;
      }
      if (notice.address.find('@') == std::string::npos) name_recipient(notice, described);
    }
  }

  /// A local delivery names a file or a program instead of an address.
  void name_recipient(Notice& notice, const std::vector<Notice>& described) {
    const std::string failed = report_address(mime::field(read_.root, "X-Failed-Recipients"));
    if (notice.original_address.find('@') != std::string::npos) {
      notice.address = notice.original_address;
    } else if (mail_.notices.size() == 1 && !failed.empty()) {
      notice.address = failed;
    } else if (mail_.notices.size() == 1 && !described.empty()) {
      notice.address = described[0].address;
    } else if (mail_.notices.size() == 1 && notice.address.empty()) {
      notice.address = returned_recipient();
    }
  }

  const std::string_view bytes_;
  const MailShapes& shapes_;
  const mime::ReadMail& read_;
  BounceMail mail_;
  std::string text_;    // From the text parts.
  std::string html_;    // From an HTML part, if there is no text part.
  std::string notice_;  // text_ without the returned mail and its footers.
  bool seen_returned_ = false;
  bool only_by_subject_ = false;  // Only its subject shows that it is a report.
};

}  // namespace

std::size_t room_for_each(std::size_t recipients) {
  constexpr std::size_t kLeast = 1024;
  constexpr std::size_t kMost = 16 * 1024;
  constexpr std::size_t kTogether = 256 * 1024;
  return std::clamp(kTogether / std::max<std::size_t>(recipients, 1), kLeast, kMost);
}

BounceMail read_bounce_mail(std::string_view bytes, const MailShapes& shapes) {
  bytes = bytes.substr(0, kBounceMailBytes);
  return read_bounce_mail(bytes, mime::read_mail(bytes), shapes);
}

BounceMail read_bounce_mail(std::string_view bytes, const mime::ReadMail& read, const MailShapes& shapes) {
  return BounceReader(bytes, read, shapes).read();
}

}  // namespace sesame::bounces
