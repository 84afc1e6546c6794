#pragma once

#include <string_view>
#include <vector>

#include "bounces/bounce_mail.hpp"

namespace sesame::bounces {

/// The fields of RFC 3464 §2.3, wherever they stand: in a message/delivery-status, or in the text of a mail
/// whose MIME structure is broken. One notice for each recipient; fields nobody knows are passed over.
/// Nothing when there is no such field.
std::vector<Notice> read_status_fields(std::string_view text);

/// The fields of an abuse report (RFC 5965 §3). False when there is no Feedback-Type.
bool read_feedback_fields(std::string_view text, BounceMail& mail);

/// An address out of "rfc822; <user@host> (comment)", as RFC 3464 §2.1.2 writes them; "" when there is none
/// or it has more than kFieldBytes.
std::string report_address(std::string_view value);

/// The header at the start of a text, up to the first line that belongs to none.
std::vector<mime::HeaderField> read_header_text(std::string_view text);

}  // namespace sesame::bounces
