#include "delivery/site_view.hpp"

#include <array>

#include "delivery/site.hpp"

namespace sesame::delivery {
namespace {

/// A rate is what limits the mail when this share of it is used.
constexpr double kUsedShare = 0.8;

SiteState state_of(const Site& site, const Site::Load& load, const shaping::Pace::Standing& path) {
  if (path.held_until_ms != 0) return SiteState::held;
  if (site.trouble())
    return site.openings.pauses(site.clock.steady_now()) ? SiteState::down : SiteState::probing;
  if (path.probing) return SiteState::probing;
  return load.up ? SiteState::up : SiteState::untried;
}

}  // namespace

std::string_view name_of(SiteState state) {
  constexpr std::array<std::string_view, 5> kNames{"untried", "up", "probing", "down", "held"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view name_of(Binding binding) {
  constexpr std::array<std::string_view, 6> kNames{"none", "hold", "down", "probe", "rate", "connections"};
  return kNames[static_cast<std::size_t>(binding)];
}

SiteView view_of(const SiteInView& seen) {
  const Site& site = *seen.site;
  const Shape shape = site.paced.shape();
  const Site::Load load = site.load();
  SiteView view;
  view.waiting = load.mails - load.under_way;
  view.under_way = load.under_way;
  view.connections = static_cast<unsigned>(load.connections) + site.connecting;
  view.last_hour = site.record.counts(site.clock.now_ms());
  if (!shape.pace) return view;
  const shaping::Pace::Standing path = shape.pace->standing();
  view.path = shape.path->name;
  view.provider = shape.path->provider;
  view.state = state_of(site, load, path);
  view.rule = path.rule;
  view.reply = path.reply;
  if (view.state == SiteState::held) {
    view.since_ms = path.held_since_ms;
    view.until_ms = path.held_until_ms;
  } else if (const auto trouble = site.trouble()) {
    view.since_ms = trouble->since_ms;
    view.rule.clear();
    view.reply = trouble->text;
  }
  view.path_connections = path.connections;
  view.connections_allowed = path.connections_allowed;
  view.mails_per_second = path.mails_per_second;
  view.mails_per_second_allowed = path.mails_per_second_allowed;
  return view;
}

std::vector<SiteRecord::Reply> replies_of(const SiteInView& seen) { return seen.site->record.replies(); }

messages::CrowdReason reason_to_wait(const Site& site, std::string_view sender) {
  const Shape shape = site.paced.shape();
  messages::CrowdReason reason;
  const std::vector<Site::ServerPointer> servers = site.servers();
  if (!servers.empty()) reason.text = servers.front()->target.host;
  if (!shape.pace) return reason;
  if (!shape.path->provider.empty()) reason.text = shape.path->provider;
  auto hold = shape.pace->current_hold();
  if (!hold && !sender.empty()) hold = shape.pace->sender_hold(sender);
  std::string said;
  if (hold) {
    reason.since_ms = hold->since_ms;
    said = hold->reply;
  } else if (const auto trouble = site.trouble()) {
    reason.since_ms = trouble->since_ms;
    said = trouble->text;
  }
  if (!said.empty()) reason.text.append(": ").append(said);
  return reason;
}

Binding binding_of(const SiteView& view) {
  if (view.state == SiteState::held) return Binding::hold;
  if (view.state == SiteState::down) return Binding::down;
  if (view.state == SiteState::probing) return Binding::probe;
  if (view.mails_per_second >= kUsedShare * view.mails_per_second_allowed) return Binding::rate;
  const bool all_open = view.path_connections >= view.connections_allowed;
  return all_open && view.waiting > 0 ? Binding::connections : Binding::none;
}

}  // namespace sesame::delivery
