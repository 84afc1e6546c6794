#include "messages/waiting_reason.hpp"

#include <cstddef>

namespace sesame::messages {

namespace {

struct Words {
  std::string_view name;
  std::string_view text;
};

constexpr std::array<Words, kWaitingReasons.size()> kWords{{
    {"not_begun", "its turn has not come yet"},
    {"paused", "the task is paused"},
    {"quota", "the sender domain's quota of the day is used up"},
    {"domain_unverified", "the sender domain is not verified"},
    {"relay_unreachable", "the relay cannot be reached"},
    {"relay_slow", "the relay takes mail slowly"},
    {"deferred", "the last attempt failed for now; it is tried again"},
    {"held", "the delivery is held; `sesame resume-delivery` lets it go on"},
    {"destination", "their servers take no more mail now, or delivery to them is paused"},
}};

}  // namespace

std::string_view name_of(WaitingReason reason) { return kWords[static_cast<std::size_t>(reason)].name; }
std::string_view explain(WaitingReason reason) { return kWords[static_cast<std::size_t>(reason)].text; }

}  // namespace sesame::messages
