#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "content/composer.hpp"
#include "messages/envelope.hpp"

namespace sesame::messages {

/// A mail that is due, not yet composed.
struct Draft : Envelope {
  /// Not 0: the mail is withheld, for this reason (SES: SendEmailStatus.SendStatus). No attempt is made,
  /// compose is empty.
  int send_status = 0;
  std::string withheld_because;  // The reason as text.

  /// Renders, builds and signs the mail. Thread: any, beside other drafts. Called once per attempt; returns
  /// the same bytes each time but for a fresh signature, and keeps what it needs alive. An Error drops the
  /// message for good unless it is temporary.
  std::function<Result<content::Mail>()> compose;

  bool withheld() const { return send_status != 0; }
};

}  // namespace sesame::messages
