#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bounces/rules.hpp"
#include "mime/read_mail.hpp"

/// Reading what comes back: reports of failures (RFC 3464 and the many shapes that are not), abuse reports
/// (RFC 5965) and automatic replies. Pure; any thread. Nothing in such a mail can be trusted: it says what
/// its sender wants.
namespace sesame::bounces {

/// What a mail says about one recipient.
struct Notice {
  std::string address;           // As the mail names it; may be empty.
  std::string original_address;  // Before forwarding (RFC 3464 §2.3.1); may be empty.
  std::string action;            // failed, delayed, delivered, relayed, expanded, or empty.
  std::string status;            // The Status field, if there is one.
  std::string diagnostic;        // What the server said, as far as it stands by itself.
  std::string words;             // What else the mail says about the recipient.
  std::string remote;            // The host that spoke, if it is named.
};

/// The mail that came back, as far as it was returned.
struct ReturnedMail {
  std::vector<mime::HeaderField> fields;  // Its header.
  std::string message_id;                 // Without angle brackets.
  std::string return_path;
  std::string to;
};

struct BounceMail {
  enum class Kind : std::uint8_t { bounce, abuse_report, auto_reply, other };
  Kind kind = Kind::other;
  std::string feedback_type;  // abuse_report: RFC 5965 §3.1; lower case.
  std::string source_ip;      // abuse_report: who had handed the mail over.
  std::vector<Notice> notices;
  ReturnedMail returned;
  std::string from;  // Of the mail itself.
  std::string subject;
};

inline constexpr std::size_t kNoticesMax = 1000;  // Recipients of one mail; further ones are left out.
inline constexpr std::size_t kNoticeTextBytes = 64 * 1024;    // Of a mail's text that is looked at.
inline constexpr std::size_t kReportBytes = 2 * 1024 * 1024;  // Of the fields of a report, or of a header.
inline constexpr std::size_t kFieldBytes = 1000;  // Of a subject; an address that is longer is none.
// Of a mail; behind it there is only what it returns.
inline constexpr std::size_t kBounceMailBytes = 16 * 1024 * 1024;

/// How much text is looked at of each of a mail's recipients: the more there are, the less of each.
std::size_t room_for_each(std::size_t recipients);

/// `bytes`: the whole mail. LF or CRLF, with or without an mbox line. Takes time and memory in proportion to
/// its size, of which kBounceMailBytes are read.
BounceMail read_bounce_mail(std::string_view bytes, const MailShapes& shapes);

}  // namespace sesame::bounces
