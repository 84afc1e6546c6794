#include "actions/site_fields.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "actions/queue_fields.hpp"
#include "base/beijing_time.hpp"
#include "delivery/direct_outlet.hpp"

namespace sesame::actions {

namespace json = boost::json;

namespace {

/// As a number of an hour, rounded up: an allowed mail in two hours is not none.
std::uint64_t per_hour(double per_second) {
  return static_cast<std::uint64_t>(std::ceil(3600 * std::max(0.0, per_second)));
}

json::array encode_names(const std::vector<std::string>& names) {
  return json::array(names.begin(), names.end());
}

}  // namespace

bool is_of_provider(std::string_view provider, std::string_view wanted) {
  return wanted.empty() || provider == wanted || (wanted == "other" && provider.empty());
}

std::vector<delivery::HeldPath> holds_of(const delivery::DirectOutlet& outlet, const std::string& path) {
  std::vector<delivery::HeldPath> holds = outlet.holds();
  std::erase_if(holds, [&](const delivery::HeldPath& held) {
    return held.path != path && (held.sender.empty() || held.path != path + " from " + held.sender);
  });
  return holds;
}

json::object encode_hold(const delivery::HeldPath& held) {
  const bool is_pause = held.hold.step == 0;
  return {{"Path", held.path},
          {"Provider", held.provider},
          {"Sender", held.sender},
          {"Kind", is_pause ? "pause" : "refused"},
          {"Rule", held.hold.rule},
          {"Step", held.hold.step},
          {"SinceTime", is_pause ? std::string() : format_beijing_time(held.hold.since_ms)},
          {"UntilTime", format_beijing_time(held.hold.until_ms)},
          {"Reply", held.hold.reply}};
}

json::object encode_site(const delivery::SiteInView& seen, const delivery::SiteView& view) {
  return {{"Path", view.path},
          {"Site", seen.servers.text()},
          {"Destination", seen.destination},
          {"Provider", view.provider},
          {"Hosts", encode_names(*seen.hosts)},
          {"State", delivery::name_of(view.state)},
          {"SinceTime", time_or_empty(view.since_ms)},
          {"UntilTime", time_or_empty(view.until_ms)},
          {"Rule", view.rule},
          {"Reply", view.reply},
          {"Connections", view.connections},
          {"PathConnections", view.path_connections},
          {"ConnectionsAllowed", view.connections_allowed},
          {"MailsPerHour", per_hour(view.mails_per_second)},
          {"MailsPerHourAllowed", per_hour(view.mails_per_second_allowed)},
          {"MailCount", view.waiting},
          {"UnderWayCount", view.under_way},
          {"DeliveredCount", view.last_hour.delivered},
          {"DeferredCount", view.last_hour.deferred},
          {"RefusedCount", view.last_hour.refused}};
}

}  // namespace sesame::actions
