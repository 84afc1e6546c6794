#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bounces/rules.hpp"
#include "mime/read_mail.hpp"

/// Reads mails that come back: failure reports (RFC 3464 and the many other shapes), abuse reports (RFC 5965)
/// and automatic replies. Pure. Nothing in such a mail can be trusted: its sender writes whatever it wants.
/// Thread: any.
namespace sesame::bounces {

/// The part of a mail that is about one recipient.
struct Notice {
  std::string address;           // As the mail writes it; may be empty.
  std::string original_address;  // Before forwarding (RFC 3464 §2.3.1); may be empty.
  std::string action;            // failed, delayed, delivered, relayed, expanded, or empty.
  std::string status;            // The Status field, if there is one.
  std::string diagnostic;        // The server's reply, where it can be separated from the text around it.
  std::string words;             // All other text about the recipient.
  std::string remote;            // The host that replied, if the mail names it.
  std::string command;           // The refused command as in rules; empty: what the text says of it.
};

/// The sent mail, as far as the bounce mail returns it.
struct ReturnedMail {
  std::vector<mime::HeaderField> fields;  // Header fields of the returned mail.
  std::string message_id;                 // Without angle brackets.
  std::string return_path;
  std::string to;
};

struct BounceMail {
  /// other: an ordinary letter, or a report of mail that arrived.
  enum class Kind : std::uint8_t { bounce, abuse_report, auto_reply, other };
  Kind kind = Kind::other;
  std::string feedback_type;  // abuse_report: RFC 5965 §3.1; lower case.
  std::string source_ip;      // abuse_report: the host that handed the mail over.
  std::vector<Notice> notices;
  ReturnedMail returned;
  std::string from;  // Header field From of the bounce mail itself.
  std::string subject;
};

inline constexpr std::size_t kNoticesMax = 1000;            // Recipients per mail; further ones are ignored.
inline constexpr std::size_t kNoticeTextBytes = 64 * 1024;  // Bytes of text searched per mail.
inline constexpr std::size_t kReportBytes = 2 * 1024 * 1024;  // Bytes read per report or header.
inline constexpr std::size_t kFieldBytes = 1000;  // Bytes kept of a subject; longer addresses are ignored.
// Bytes read per mail; behind them, a report only returns the mail.
inline constexpr std::size_t kBounceMailBytes = 16 * 1024 * 1024;

/// Searched bytes of text per recipient: the more recipients a mail has, the fewer bytes for each.
std::size_t room_for_each(std::size_t recipients);

/// Reads a mail. `bytes`: the whole mail with LF or CRLF, with or without an mbox line. Time and memory grow
/// with its size, of which at most kBounceMailBytes are read.
BounceMail read_bounce_mail(std::string_view bytes, const MailShapes& shapes);
/// Reads a mail of which `read` is read_mail() of its `bytes`.
BounceMail read_bounce_mail(std::string_view bytes, const mime::ReadMail& read, const MailShapes& shapes);

}  // namespace sesame::bounces
