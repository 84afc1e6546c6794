#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "content/composer.hpp"
#include "messages/envelope.hpp"

namespace sesame::messages {

/// A message that is due and not yet composed.
struct Draft : Envelope {
  /// Not 0: the mail is withheld, for this reason (SES: SendEmailStatus.SendStatus); no attempt is made, and
  /// `compose` is empty.
  int send_status = 0;
  std::string withheld_because;  // The reason as text.

  /// Renders, builds and signs the mail. Called once per attempt, concurrently with other drafts; returns
  /// equal bytes each time but for a fresh signature. Keeps alive what it needs. On an Error that is not
  /// temporary the message is dropped. Thread: any.
  std::function<Result<content::Mail>()> compose;

  bool withheld() const { return send_status != 0; }
};

}  // namespace sesame::messages
