#include "campaigns/recipient_reason.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "campaigns/failure_text.hpp"
#include "campaigns/waiting.hpp"
#include "messages/delivery_texts.hpp"

namespace sesame::campaigns {

namespace {

/// Whether the text begins with a reply code (RFC 5321 §4.2): it is the server's then, not ours.
bool is_reply(std::string_view text) {
  constexpr std::size_t kCodeDigits = 3;
  if (text.size() < kCodeDigits || text[0] < '2' || text[0] > '5') return false;
  if (!std::ranges::all_of(text.substr(1, kCodeDigits - 1), ascii::is_digit)) return false;
  return text.size() == kCodeDigits || text[kCodeDigits] == ' ' || text[kCodeDigits] == '-';
}

/// The words behind `words` and ": "; empty when there are none.
std::string_view behind(std::string_view text, std::string_view words) {
  constexpr std::string_view kColon = ": ";
  text.remove_prefix(words.size());
  return text.starts_with(kColon) ? text.substr(kColon.size()) : std::string_view();
}

RecipientReason with_reply(const bounces::Classifier& classifier, std::string_view reply,
                           std::string_view words, std::string_view otherwise) {
  RecipientReason reason;
  reason.reply = reply;
  if (!reply.empty()) reason.bounce_class = classifier.classify_reply(reply).bounce_class;
  reason.words = words;
  if (words.empty() && reason.bounce_class) reason.words = bounces::explain(*reason.bounce_class);
  if (reason.words.empty()) reason.words = otherwise;
  return reason;
}

RecipientReason of_delivered(std::string_view text) {
  if (!text.starts_with(messages::kNeverConfirmed)) return {"", std::string(text), {}};
  return {std::string(messages::kNeverConfirmed), std::string(behind(text, messages::kNeverConfirmed)), {}};
}

RecipientReason of_dropped(const bounces::Classifier& classifier, std::string_view text) {
  if (text.starts_with(messages::kExpiredWhilePaused)) {
    return with_reply(classifier, behind(text, messages::kExpiredWhilePaused),
                      "its time ended while the task was paused", "");
  }
  if (text.starts_with(messages::kExpired)) {
    return with_reply(classifier, behind(text, messages::kExpired), "no attempt succeeded within its time",
                      "");
  }
  return {failure_text(text), "", {}};
}

}  // namespace

RecipientReason reason_of(const bounces::Classifier& classifier, const Task& task,
                          const std::optional<messages::Standstill>& standstill, RecipientState state,
                          std::string_view text, std::string_view row_fault) {
  switch (state) {
    case RecipientState::delivered:
      return of_delivered(text);
    case RecipientState::refused:
      return with_reply(classifier, text, "", "the receiving server refused the mail");
    case RecipientState::deferred:
      if (!is_reply(text)) return {std::string(text), "", {}};
      return with_reply(classifier, text, "", "the receiving server did not take the mail yet");
    case RecipientState::dropped:
      return of_dropped(classifier, text);
    case RecipientState::withheld:
      return {std::string(text), "", {}};
    case RecipientState::skipped:
      return {std::string(row_fault), "", {}};
    case RecipientState::waiting:
      return {std::string(messages::explain(waiting_reason_of(task, standstill))), "", {}};
    case RecipientState::stopped:
      break;
  }
  return {task.error, "", {}};
}

}  // namespace sesame::campaigns
