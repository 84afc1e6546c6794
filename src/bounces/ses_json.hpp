#pragma once

#include <string_view>

#include "bounces/bounce_mail.hpp"

namespace sesame::bounces {

/// A notification of Amazon SES (bounce, complaint, delivery, delay, rejection) as JSON, plain or inside an
/// SNS envelope, somewhere in a text. False when there is none.
bool read_ses_notification(std::string_view text, BounceMail& mail);

}  // namespace sesame::bounces
