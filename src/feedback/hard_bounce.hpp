#pragma once

#include <string_view>

namespace sesame::feedback {

/// Whether a server's final refusal, given during the SMTP dialogue, says that the mailbox or its domain does
/// not exist. `reply` is the reply as it was recorded: code, enhanced code, text. In doubt no: an address
/// that is wrongly taken for dead gets no mail for weeks, one that is wrongly kept costs one more refusal.
/// Refusals for policy, reputation, content, size or the sender's sake, full and disabled mailboxes never
/// count. Pure; any thread.
bool says_no_such_mailbox(std::string_view reply);

}  // namespace sesame::feedback
