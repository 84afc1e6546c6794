#pragma once

#include <string_view>
#include <vector>

#include "bounces/bounce_mail.hpp"

namespace sesame::bounces {

/// Reads the fields of RFC 3464 §2.3 from a message/delivery-status, or from the text of a mail whose MIME
/// structure is broken. One notice per recipient; unknown fields are skipped. Empty when there is no such
/// field.
std::vector<Notice> read_status_fields(std::string_view text);

/// Reads the fields of an abuse report (RFC 5965 §3). False when Feedback-Type is missing.
bool read_feedback_fields(std::string_view text, BounceMail& mail);

/// Extracts the address from "rfc822; <user@host> (comment)" (RFC 3464 §2.1.2). Empty when there is no
/// address, or one of more than kFieldBytes.
std::string report_address(std::string_view value);

/// Reads the header fields at the start of a text, up to the first line that belongs to no field.
std::vector<mime::HeaderField> read_header_text(std::string_view text);

}  // namespace sesame::bounces
