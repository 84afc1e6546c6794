#pragma once

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "commands/commands.hpp"

namespace sesame::commands {

/// The parameters that SendEmail and BatchSendEmail share. Errors: those of find_template().
Result<boost::json::object> mail_parameters(ApiClient& client, const SendCommand& options);

/// Mails the template to one address, by SendEmail. Its variables are those of --data, or else those of the
/// group's first recipient. Errors: those of mail_parameters(), find_group() and ApiClient::call.
Status send_test_mail(Context& context, ApiClient& client, const SendCommand& options);

}  // namespace sesame::commands
