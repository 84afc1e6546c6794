#include "campaigns/failure_text.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace sesame::campaigns {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kSentences{{
    {"audience.group_missing", "the recipient group no longer exists"},
    {"audience.block_missing", "the recipient group no longer exists"},
    {"campaigns.group_not_ready", "the recipient group is empty"},
    {"campaigns.variables_differ", "the recipients lack values for variables of the template"},
    {"senders.sender_unknown", "the sender address no longer exists"},
    {"senders.sender_not_verified", "the sender domain no longer exists or is not verified any more"},
    {"senders.domain_missing", "the sender domain no longer exists"},
    {"senders.key_unreadable", "the signing key of the sender domain cannot be read"},
    {"content.template_missing", "the template no longer exists"},
    {"content.template_not_approved", "the template is not approved any more"},
}};

}  // namespace

std::string failure_text(const Error& error) {
  std::string detail(error.reason());
  for (const Error::Fact& fact : error.facts()) detail += " " + std::string(fact.name) + "=" + fact.value;
  for (const auto& [reason, sentence] : kSentences) {
    if (error.reason() == reason) return std::string(sentence) + " (" + detail + ")";
  }
  return detail;
}

}  // namespace sesame::campaigns
