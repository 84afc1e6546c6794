#pragma once

#include <string_view>

#include "bounces/bounce_mail.hpp"

namespace sesame::bounces {

/// Reads a notification of Amazon SES (bounce, complaint, delivery, delay, rejection) in JSON, plain or
/// inside an SNS envelope, anywhere in a text. False when the text has no notification.
bool read_ses_notification(std::string_view text, BounceMail& mail);

}  // namespace sesame::bounces
