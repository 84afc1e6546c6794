#include "bounces/status_fields.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace sesame::bounces {
namespace {

constexpr std::array<std::string_view, 15> kStatusFields{
    "final-recipient",    "original-recipient", "action",        "status",
    "diagnostic-code",    "remote-mta",         "reporting-mta", "arrival-date",
    "last-attempt-date",  "will-retry-until",   "final-log-id",  "original-envelope-id",
    "x-actual-recipient", "received-from-mta",  "dsn-gateway",
};

struct FieldLine {
  std::string name;  // Lower case.
  std::string_view value;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  return ascii::split(utf8::truncate(text, kReportBytes), '\n');
}

/// "Name: value" at the start of a line.
bool split_field(std::string_view line, FieldLine& field) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || colon == 0 || colon > 60) return false;
  const std::string_view name = line.substr(0, colon);
  const bool plain = std::ranges::all_of(
      name, [](char c) { return ascii::is_alpha(c) || ascii::is_digit(c) || c == '-' || c == '_'; });
  if (!plain) return false;
  field = {ascii::lower(name), ascii::trim(line.substr(colon + 1))};
  return true;
}

/// Removes the type from "smtp; 550 no"; only known types, since a text may contain a semicolon.
std::string_view without_type(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  if (semicolon > 20) return value;  // npos, too.
  const std::string_view type = ascii::trim(value.substr(0, semicolon));
  const bool plain =
      std::ranges::all_of(type, [](char c) { return ascii::is_alpha(c) || ascii::is_digit(c) || c == '-'; });
  return plain ? ascii::trim(value.substr(semicolon + 1)) : value;
}

/// Whether the address makes sense only inside a server: without a host, or at one that the DNS cannot have.
bool is_inner_name(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == address.npos) return true;
  const std::string domain = ascii::lower(address.substr(at + 1));
  if (domain.find('.') == domain.npos && !domain.starts_with('[')) return true;
  constexpr std::array<std::string_view, 6> kInner{".local",    ".localdomain", ".lan",
                                                   ".internal", ".intranet",    ".invalid"};
  return std::ranges::any_of(kInner, [&](std::string_view each) { return domain.ends_with(each); });
}

/// Whether both have the same local part, and the host of `inner` lies below the domain of `outer`.
bool is_below(std::string_view inner, std::string_view outer) {
  const std::size_t inner_at = inner.rfind('@');
  const std::size_t outer_at = outer.rfind('@');
  if (inner_at == inner.npos || outer_at == outer.npos) return false;
  const std::string host = ascii::lower(inner.substr(inner_at + 1));
  const std::string domain = "." + ascii::lower(outer.substr(outer_at + 1));
  return ascii::iequals(inner.substr(0, inner_at), outer.substr(0, outer_at)) && host.ends_with(domain);
}

class StatusReader {
 public:
  void take(std::string_view line) {
    if (ascii::trim(line).empty()) {
      last_ = nullptr;
      gap_ = true;
      return;
    }
    FieldLine field;
    const bool folded = ascii::is_space(line.front());
    const bool named = !folded && split_field(line, field);
    const bool known = named && std::ranges::find(kStatusFields, field.name) != kStatusFields.end();
    if (known) return take_field(field);
    if (named && !field.name.starts_with("x-") && last_ == nullptr) return;
    // Some systems do not indent the continuation lines of a reply.
    if (last_ != nullptr && (folded || !named))
      last_->append(" ").append(ascii::trim(line));
    else
      last_ = nullptr;
  }

  std::vector<Notice> finish() {
    push();
    return std::move(notices_);
  }

 private:
  void take_field(const FieldLine& field) {
    last_ = nullptr;
    if (field.name == "final-recipient") start_at(notice_.address);
    if (field.name == "action") start_at(notice_.action);
    if (field.name == "status") start_at(notice_.status);
    if (gap_ && is_whole() && field.name != "reporting-mta") push();
    gap_ = false;
    if (field.name == "final-recipient") {
      notice_.address = report_address(field.value);
      const std::string type = ascii::lower(ascii::trim(field.value.substr(0, field.value.find(';'))));
      inner_route_ = field.value.find(';') != std::string_view::npos && type != "rfc822" && type != "utf-8";
    }
    if (field.name == "original-recipient") notice_.original_address = report_address(field.value);
    if (field.name == "action") notice_.action = first_word(field.value);
    if (field.name == "status") notice_.status = field.value;
    if (field.name == "remote-mta") notice_.remote = without_type(field.value);
    if (field.name == "diagnostic-code") {
      // A repeated field belongs to the same recipient: some systems list the codes of several attempts.
      if (!notice_.diagnostic.empty()) notice_.diagnostic += " ";
      const std::string_view said = without_type(field.value);
      // x-unix; 77: the exit status of a local program, sysexits.h.
      if (ascii::istarts_with(field.value, "x-unix") && said.size() <= 3)
        notice_.diagnostic += "exit status ";
      notice_.diagnostic += said;
      last_ = &notice_.diagnostic;
    }
  }

  static std::string first_word(std::string_view value) {
    std::size_t end = 0;
    while (end < value.size() && ascii::is_alpha(value[end])) ++end;
    return ascii::lower(value.substr(0, end));
  }

  bool is_whole() const {
    return !notice_.address.empty() && (!notice_.action.empty() || !notice_.status.empty());
  }

  /// Begins the next recipient when its field already has a value.
  void start_at(const std::string& value) {
    if (!value.empty()) push();
  }

  void push() {
    const bool any = !notice_.address.empty() || !notice_.action.empty() || !notice_.status.empty() ||
                     !notice_.diagnostic.empty();
    const bool named = notice_.original_address.find('@') != std::string::npos;
    // RFC 3464 §2.3.1: the address that was mailed, where the final one is a route behind it.
    if (named && (inner_route_ || is_inner_name(notice_.address) ||
                  is_below(notice_.address, notice_.original_address)))
      notice_.address = notice_.original_address;
    inner_route_ = false;
    if (any && notices_.size() < kNoticesMax) notices_.push_back(std::move(notice_));
    notice_ = Notice();
  }

  std::vector<Notice> notices_;
  Notice notice_;
  std::string* last_ = nullptr;  // The value that a folded line continues.
  bool gap_ = false;             // A blank line was read.
  bool inner_route_ = false;     // The final recipient is a route of LMTP, X.400 and the like.
};

void append_utf8(std::string& out, std::uint32_t character) {
  if (character < 0x80) {
    out += static_cast<char>(character);
    return;
  }
  const unsigned more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
  constexpr unsigned kLeads[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLeads[more] | character >> (6 * more));
  for (unsigned left = more; left-- > 0;) out += static_cast<char>(0x80 | (character >> (6 * left) & 0x3F));
}

/// The text with the escapes \x{7528} of RFC 6533 §3 as characters; others stay as they are.
std::string without_escapes(std::string_view text) {
  constexpr std::string_view kStart = "\\x{";
  std::string out;
  for (std::size_t at = text.find(kStart); at != text.npos; at = text.find(kStart)) {
    const std::string_view digits = text.substr(at + kStart.size(), text.find('}', at) - at - kStart.size());
    std::uint32_t character = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), character, 16);
    const bool whole = error == std::errc() && end == digits.data() + digits.size() &&
                       text.size() > at + kStart.size() + digits.size();
    const bool valid = whole && character > 0x1F && character <= 0x10FFFF && (character >> 11) != 0x1B;
    out += text.substr(0, valid ? at : at + kStart.size());
    if (valid) append_utf8(out, character);
    text.remove_prefix(at + kStart.size() + (valid ? digits.size() + 1 : 0));
  }
  return out.append(text);
}

bool is_ip_address(std::string_view text) {
  const std::string terminated(text.substr(0, INET6_ADDRSTRLEN));
  in6_addr address;
  return inet_pton(AF_INET, terminated.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, terminated.c_str(), &address) == 1;
}

}  // namespace

std::vector<Notice> read_status_fields(std::string_view text) {
  StatusReader reader;
  for (const std::string_view line : lines_of(text)) reader.take(line);
  return reader.finish();
}

bool read_feedback_fields(std::string_view text, BounceMail& mail) {
  std::vector<std::string> recipients;
  for (const std::string_view line : lines_of(text)) {
    FieldLine field;
    if (line.empty() || !split_field(line, field)) continue;
    if (field.name == "feedback-type") mail.feedback_type = ascii::lower(field.value);
    if (field.name == "source-ip" && is_ip_address(field.value)) mail.source_ip = field.value;
    if (field.name == "original-mail-from" && mail.returned.return_path.empty())
      mail.returned.return_path = report_address(field.value);
    if ((field.name == "original-rcpt-to" || field.name == "removal-recipient") &&
        recipients.size() < kNoticesMax) {
      const std::string address = report_address(field.value);
      if (!address.empty() && std::ranges::find(recipients, address) == recipients.end())
        recipients.push_back(address);
    }
  }
  if (mail.feedback_type.empty()) return false;
  for (const std::string& address : recipients) {
    if (mail.notices.size() < kNoticesMax) mail.notices.push_back({.address = address});
  }
  return true;
}

std::string report_address(std::string_view value) {
  value = without_type(value);
  const std::size_t open = value.rfind('<');
  const std::size_t close = value.find('>', open == value.npos ? 0 : open);
  if (open != value.npos && close != value.npos) value = value.substr(open + 1, close - open - 1);
  value = ascii::trim(value);
  for (const std::string_view scheme : {"mailto:", "smtp:"}) {
    if (ascii::istarts_with(value, scheme)) value.remove_prefix(scheme.size());
  }
  // Brackets and apostrophes that were put around the address.
  while (!value.empty() && std::string_view("'`([{<").find(value.front()) != value.npos)
    value.remove_prefix(1);
  // A quoted local part may hold blanks.
  const std::size_t local = value.starts_with('"') ? value.rfind('"') : 0;
  value = value.substr(0, value.find_first_of(" \t(", local));
  const bool whole = value.starts_with('"') && value.ends_with('"') && value.find('@') < value.size() - 1;
  if (whole) value = value.substr(1, value.size() - 2);
  constexpr std::string_view kBehind = "'`)]}>,;.:";
  const std::size_t at = value.rfind('@');
  while (at != value.npos && value.size() > at + 1 && kBehind.find(value.back()) != value.npos &&
         value[at + 1] != '[')
    value.remove_suffix(1);
  return value.size() > kFieldBytes ? std::string() : without_escapes(value);
}

std::vector<mime::HeaderField> read_header_text(std::string_view text) {
  std::vector<mime::HeaderField> fields;
  for (const std::string_view line : lines_of(text)) {
    FieldLine field;
    if (ascii::trim(line).empty()) {
      if (fields.empty()) continue;
      break;
    }
    if (ascii::is_space(line.front()) && !fields.empty()) {
      fields.back().value.append(" ").append(ascii::trim(line));
    } else if (split_field(line, field) && fields.size() < kNoticesMax) {
      const std::string_view name = line.substr(0, field.name.size());
      fields.push_back({std::string(name), std::string(field.value), {}});
    } else if (!fields.empty()) {
      break;
    }
  }
  return fields;
}

}  // namespace sesame::bounces
