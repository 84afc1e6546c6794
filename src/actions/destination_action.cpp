#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/grants.hpp"
#include "actions/site_fields.hpp"
#include "base/beijing_time.hpp"
#include "cloudapi/errors.hpp"
#include "delivery/direct_outlet.hpp"
#include "messages/queues.hpp"
#include "messages/sweeps.hpp"
#include "routing/plan.hpp"

/// The way of mail to one domain in mode direct.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;
using delivery::DestinationView;

namespace {

std::string_view name_of(routing::NoRoute::Kind kind) {
  constexpr std::array<std::string_view, 6> kNames{"dead",        "suspect", "unsure",
                                                   "unreachable", "loop",    "forbidden"};
  return kNames[static_cast<std::size_t>(kind)];
}

json::object encode_host(const routing::HostPlan& host) {
  json::array addresses;
  for (const net::Address& address : host.addresses) addresses.emplace_back(address.text());
  return {{"Host", host.host},
          {"Preference", host.preference},
          {"Addresses", std::move(addresses)},
          {"Secure", host.secure}};
}

json::object encode_route(const routing::Route& route) {
  const auto* plan = std::get_if<routing::Plan>(&route);
  const auto* none = std::get_if<routing::NoRoute>(&route);
  json::array hosts;
  if (plan != nullptr) {
    for (const routing::HostPlan& host : plan->hosts) hosts.push_back(encode_host(host));
  }
  return {{"Hosts", std::move(hosts)},
          {"RouteUntilTime", format_beijing_time(routing::valid_until_ms(route))},
          {"RouteStale", plan != nullptr && plan->stale},
          {"NoRoute", none == nullptr ? std::string_view() : name_of(none->kind)},
          {"NoRouteText", none == nullptr ? std::string() : none->enhanced + " " + none->text}};
}

json::array encode_limits(const DestinationView& view) {
  json::array limits;
  for (const shaping::Rules::Value& each : view.limits)
    limits.push_back(json::object{{"Name", each.key}, {"Value", each.value}, {"Layer", each.layer}});
  return limits;
}

json::array encode_replies(const DestinationView& view) {
  json::array replies;
  if (!view.site) return replies;
  for (const delivery::SiteRecord::Reply& reply : replies_of(*view.site)) {
    replies.push_back(json::object{
        {"Reply", reply.text}, {"Count", reply.count}, {"LastTime", format_beijing_time(reply.last_ms)}});
  }
  return replies;
}

/// The part of the answer about the path and its site.
json::object encode_view(const delivery::DirectOutlet& outlet, const DestinationView& view) {
  delivery::Binding binding = delivery::Binding::none;
  json::array holds;
  for (const delivery::HeldPath& held : holds_of(outlet, view.path)) {
    if (held.sender.empty()) binding = delivery::Binding::hold;
    holds.push_back(encode_hold(held));
  }
  json::array sites;
  if (view.site) {
    const delivery::SiteView site = view_of(*view.site);
    binding = binding_of(site);
    sites.push_back(encode_site(*view.site, site));
  }
  return {{"Provider", view.provider},
          {"ProviderMatch", json::array(view.provider_match.begin(), view.provider_match.end())},
          {"Destination", view.destination},
          {"Path", view.path},
          {"Limits", encode_limits(view)},
          {"Binding", delivery::name_of(binding)},
          {"Sites", std::move(sites)},
          {"Holds", std::move(holds)},
          {"Replies", encode_replies(view)}};
}

/// The same of a domain without a path.
json::object encode_no_view(std::string_view binding) {
  return {{"Provider", ""},          {"ProviderMatch", json::array()},
          {"Destination", ""},       {"Path", ""},
          {"Limits", json::array()}, {"Binding", binding},
          {"Sites", json::array()},  {"Holds", json::array()},
          {"Replies", json::array()}};
}

/// An answer in other modes.
json::object encode_nothing() {
  json::object nothing = encode_no_view("none");
  nothing["Hosts"] = json::array();
  nothing["RouteUntilTime"] = "";
  nothing["RouteStale"] = false;
  nothing["NoRoute"] = "";
  nothing["NoRouteText"] = "";
  return nothing;
}

json::object encode(const delivery::DirectOutlet* outlet, const routing::RoutePtr& route,
                    const std::string& domain) {
  if (outlet == nullptr) return encode_nothing();
  json::object answer = encode_route(*route);
  const auto* plan = std::get_if<routing::Plan>(route.get());
  const json::object view =
      plan == nullptr ? encode_no_view("route") : encode_view(*outlet, outlet->look_at(*plan, domain));
  for (const auto& member : view) answer[member.key()] = member.value();
  return answer;
}

Result<Work> get_site(Call& call, const SiteParts& parts) {
  if (Status allowed = check_manages_accounts(call); !allowed) return std::move(allowed).error();
  const std::string_view given = Fields(call.parameters).text("Domain");
  const std::optional<std::string> domain = routing::destination_of(given);
  if (!domain)
    return Error(cloudapi::errors::kValue)
        .with("name", "Domain")
        .with("value", std::string(given))
        .with("rule", "domain");
  const auto route = std::make_shared<routing::RoutePtr>();
  Work work = Work::read([outlet = parts.outlet, route, domain = *domain](storage::Reader& reader) -> Answer {
    json::object answer = encode(outlet, *route, domain);
    answer["Available"] = outlet != nullptr;
    answer["Domain"] = domain;
    answer["WaitingCount"] = messages::count_waiting(reader, {messages::queue_domain(domain), 0});
    return answer;
  });
  if (parts.outlet != nullptr) {
    work.before = [outlet = parts.outlet, route, domain = *domain](std::function<void(Status)> done) {
      outlet->find_route(domain, [route, done = std::move(done)](const routing::RoutePtr& found) {
        *route = found;
        done(Done{});
      });
    };
  }
  return work;
}

}  // namespace

void add_destination_action(cloudapi::ActionTable& table, const SiteParts& parts) {
  table.add({.name = "GetDeliverySite", .version = kOwnVersion, .prepare = [parts](Call& call) {
               return get_site(call, parts);
             }});
}

}  // namespace sesame::actions
