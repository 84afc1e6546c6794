#include <algorithm>
#include <iterator>

#include "accounts/accounts.hpp"
#include "actions/families.hpp"
#include "audience/group_options.hpp"
#include "base/log_options.hpp"
#include "bounces/rules.hpp"
#include "campaigns/frequency_filter.hpp"
#include "cloudapi/gateway.hpp"
#include "console/options.hpp"
#include "delivery/direct_outlet.hpp"
#include "delivery/engine.hpp"
#include "delivery/port_check.hpp"
#include "delivery/relay_outlet.hpp"
#include "delivery/sandbox_outlet.hpp"
#include "dns/ares_resolver.hpp"
#include "effects/mail_effects.hpp"
#include "engagement/tracking_pages.hpp"
#include "engagement/visitors.hpp"
#include "net/http_server.hpp"
#include "net/tls.hpp"
#include "returns/incoming_report.hpp"
#include "returns/return_addresses.hpp"
#include "senders/domain_check.hpp"
#include "senders/rechecks.hpp"
#include "server/housekeeping.hpp"
#include "server/server_settings.hpp"
#include "server/setting_structs.hpp"
#include "server/settings.hpp"
#include "shaping/rules.hpp"
#include "submission/submission_settings.hpp"
#include "webhooks/event_queue.hpp"
#include "webhooks/event_sender.hpp"

namespace sesame::server {

namespace {

/// Sections and single keys in the order of `sesame config`. A setting belongs to the longest entry that it
/// begins with; within an entry the order is that of SettingStructs. Sections that are missing come last.
constexpr std::string_view kOrder[] = {
    "",          "log.",           "display.",      "tls.",      "http.",        "console.",
    "api.",      "limits.",        "identity.",     "dns.",      "suppression.", "reputation.",
    "content.",  "sending.",       "delivery.",     "sandbox.",  "submission.",  "unsubscribe.",
    "tracking.", "bounces.domain", "bounces.rules", "webhooks.", "bounces."};

std::size_t place_of(std::string_view key) {
  if (key.find('.') == std::string_view::npos) return 0;
  std::size_t place = std::size(kOrder);
  std::size_t length = 0;
  for (std::size_t i = 0; i < std::size(kOrder); ++i) {
    if (kOrder[i].size() <= length || !key.starts_with(kOrder[i])) continue;
    place = i;
    length = kOrder[i].size();
  }
  return place;
}

class Collector final : public SettingVisitor {
 public:
  std::vector<SettingRule> rules;

 protected:
  std::string text_for(const SettingRule& rule) override {
    rules.push_back(rule);
    return rule.fallback;
  }
};

template <class... Structs>
std::vector<SettingRule> rules_of(StructList<Structs...>) {
  Collector collector;
  const auto collect = [&](auto options) { options.visit(collector); };
  (collect(Structs()), ...);
  return std::move(collector.rules);
}

}  // namespace

const std::vector<SettingRule>& setting_rules() {
  static const std::vector<SettingRule> all = [] {
    auto rules = rules_of(SettingStructs());
    std::stable_sort(rules.begin(), rules.end(), [](const SettingRule& left, const SettingRule& right) {
      return place_of(left.key) < place_of(right.key);
    });
    return rules;
  }();
  return all;
}

}  // namespace sesame::server
