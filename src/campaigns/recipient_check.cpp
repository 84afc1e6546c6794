#include "campaigns/recipient_check.hpp"

#include <array>
#include <span>

#include "audience/custom_blocks.hpp"
#include "audience/unsubscribes.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/frequency_filter.hpp"
#include "mime/address.hpp"

namespace sesame::campaigns {

namespace {

using List = Obstacle::List;

constexpr std::int64_t kDayMs = 86'400'000;

void find_bounce(storage::Reader& reader, const accounts::Scope& scope, std::string_view address,
                 const audience::SuppressionRules& rules, std::int64_t now_ms,
                 std::vector<Obstacle>& obstacles) {
  audience::HardBounceFilter filter;
  filter.to_ms = INT64_MAX;
  filter.address = address;
  for (audience::HardBounce& bounce :
       audience::list_hard_bounces(reader, scope, filter, rules, now_ms).bounces) {
    Obstacle& found = obstacles.emplace_back();
    found.since_ms = bounce.bounced_ms;
    if (bounce.bounced_ms != 0) found.until_ms = bounce.bounced_ms + rules.bounce_days * kDayMs;
    found.reply = std::move(bounce.reply);
    found.simulated = bounce.simulated;
  }
}

void find_block(storage::Reader& reader, const accounts::Scope& scope, std::string_view address,
                std::int64_t now_ms, std::vector<Obstacle>& obstacles) {
  audience::CustomBlockFilter filter;
  filter.active = true;
  filter.address = address;
  for (const audience::CustomBlock& block :
       audience::list_custom_blocks(reader, scope, filter, now_ms).blocks) {
    Obstacle& found = obstacles.emplace_back();
    found.list = List::custom_block;
    found.since_ms = block.created_ms;
    if (block.last_day) found.until_ms = beijing_day_start_ms(*block.last_day + 1);
  }
}

void find_unsubscribes(storage::Reader& reader, const Mailer& mailer, std::string_view address,
                       const audience::SuppressionRules& rules, std::vector<Obstacle>& obstacles) {
  audience::UnsubscribeFilter filter;
  filter.sender_domain = mailer.sender_domain;
  filter.address = address;
  for (audience::Unsubscribe& entry : audience::list_unsubscribes(reader, mailer.scope, filter).entries) {
    if (entry.simulated && !rules.sandbox) continue;  // It keeps no mail that leaves.
    Obstacle& found = obstacles.emplace_back();
    const bool complained = entry.reason == audience::UnsubscribeReason::complained;
    found.list = complained ? List::complained : List::unsubscribed;
    found.sender_domain = std::move(entry.sender_domain);
    found.since_ms = entry.created_ms;
    found.simulated = entry.simulated;
  }
}

}  // namespace

std::string_view name_of(Obstacle::List list) {
  constexpr std::array<std::string_view, 5> kNames{"hard_bounce", "custom_block", "unsubscribed",
                                                   "complained", "too_frequent"};
  return kNames[static_cast<std::size_t>(list)];
}

RecipientCheck check_recipient(storage::Reader& reader, const MailFilters& filters, const Mailer& mailer,
                               std::string_view address, const audience::SuppressionRules& rules,
                               std::int64_t now_ms) {
  RecipientCheck check;
  if (const mime::AddressFault fault = mime::check_address(address); fault != mime::AddressFault::none) {
    check.fault = mime::explain(fault, address);
    return check;
  }
  check.verdict = filters.ask(reader, mailer, std::span(&address, 1), now_ms).front();
  find_bounce(reader, mailer.scope, address, rules, now_ms, check.obstacles);
  find_block(reader, mailer.scope, address, now_ms, check.obstacles);
  find_unsubscribes(reader, mailer, address, rules, check.obstacles);
  if (check.verdict.send_status == FrequencyFilter::kTooFrequent)
    check.obstacles.emplace_back().list = List::too_frequent;
  return check;
}

}  // namespace sesame::campaigns
