#include "bounces/classification.hpp"

#include <array>

namespace sesame::bounces {
namespace {

constexpr std::array<std::string_view, 12> kNames{
    "hard_unknown_user", "hard_unknown_domain", "hard_other",  "soft_mailbox_full",
    "soft_temporary",    "soft_too_big",        "policy_spam", "policy_auth",
    "policy_rate",       "complaint",           "auto_reply",  "other",
};

constexpr std::array<std::string_view, kNames.size()> kWords{
    "the mailbox does not exist",
    "the domain does not exist or takes no mail",
    "the mailbox is disabled, has moved, or takes no mail from this sender",
    "the mailbox is full",
    "the receiving server has a temporary fault",
    "the mail is too large for the receiving server",
    "the receiving server takes the mail or its sender for spam",
    "the receiving server does not accept how the mail is authenticated",
    "the receiving server got too many mails",
    "the recipient reported a mail as unwanted",
    "the answer is an automatic reply",
    "",
};

}  // namespace

std::string_view name_of(BounceClass bounce_class) {
  return kNames.at(static_cast<std::size_t>(bounce_class));
}

std::string_view explain(BounceClass bounce_class) {
  return kWords.at(static_cast<std::size_t>(bounce_class));
}

std::optional<BounceClass> bounce_class_of(std::string_view name) {
  for (std::size_t index = 0; index < kNames.size(); ++index) {
    if (kNames.at(index) == name) return static_cast<BounceClass>(index);
  }
  return std::nullopt;
}

std::string bounce_class_names() {
  std::string list;
  for (const std::string_view name : kNames) list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

bool is_hard(BounceClass bounce_class) {
  return bounce_class == BounceClass::hard_unknown_user || bounce_class == BounceClass::hard_unknown_domain ||
         bounce_class == BounceClass::hard_other;
}

bool suppresses(const Classification& classification) {
  if (!classification.dead || !is_hard(classification.bounce_class)) return false;
  // A conflict of 4xx and 5.x.x, or of 5xx and 4.x.x, is temporary.
  return !classification.reply_code.starts_with('4') && !classification.status.starts_with('4');
}

}  // namespace sesame::bounces
