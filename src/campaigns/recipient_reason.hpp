#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bounces/classifier.hpp"
#include "campaigns/recipients.hpp"

namespace sesame::campaigns {

/// Why a recipient is in its state.
struct RecipientReason {
  std::string words;  // English, or a phrase of the API's description; empty when there is nothing to say.
  std::string reply;  // The receiving server's reply; empty when it gave none.
  std::optional<bounces::BounceClass> bounce_class;  // The class of the reply to an undelivered mail.
};

/// Explains a state. `text`: that of the mail's record, empty without one; `row_fault`: that of the address
/// (audience::row_fault_text). Pure. Thread: any.
RecipientReason reason_of(const bounces::Classifier& classifier, const Task& task,
                          const std::optional<messages::Standstill>& standstill, RecipientState state,
                          std::string_view text, std::string_view row_fault);

}  // namespace sesame::campaigns
