#include "delivery/paths.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace sesame::delivery {

Paths::Paths(const ShapeSource& source, const Clock& clock)
    : in_force_(source.rules),
      classifier_(*source.classifier),
      clock_(clock),
      remembered_(source.remembered),
      epoch_(in_force_->epoch()),
      rules_(in_force_->get()) {}

std::function<bounces::Meaning(const bounces::ServerReply&)> Paths::reply_reader() const {
  return [in_force = in_force_, &classifier = classifier_](const bounces::ServerReply& reply) {
    const std::shared_ptr<const shaping::Rules> rules = in_force->get();
    return bounces::ReplyReader(classifier, rules->providers()).read(reply);
  };
}

std::string Paths::name_of(const routing::Plan& plan, const shaping::Rules::Profile& profile) const {
  if (profile.limits.shared.any()) return "provider " + profile.provider;
  std::string name = "site " + plan.site.text();
  if (!profile.destination.empty()) name.append(" for ").append(profile.destination);
  return name;
}

Path Paths::path_of(const routing::Plan& plan, const std::string& destination) {
  std::vector<std::string> hosts;
  for (const routing::HostPlan& host : plan.hosts) hosts.push_back(host.host);
  shaping::Rules::Profile profile = rules_->profile(hosts, destination);
  std::string name = name_of(plan, profile);
  Known& known = known_[name];
  if (!known.pace) {
    const auto remembered = remembered_.find(name);
    known.pace = std::make_shared<shaping::Pace>(
        profile.limits, remembered == remembered_.end() ? shaping::PathMemory{} : remembered->second, clock_);
    known.epoch = epoch_;
  } else if (std::exchange(known.epoch, epoch_) != epoch_) {
    known.pace->set_limits(profile.limits);
  }
  known.provider = profile.provider;
  return {std::move(name), std::move(profile.provider), known.pace, std::move(profile.limits)};
}

/// A hold whose rule is gone, or holds for a shorter time now, ends earlier.
void Paths::take_newest_rules() {
  epoch_ = in_force_->epoch();
  rules_ = in_force_->get();
  for (const auto& [name, known] : known_) {
    const std::string rule = known.pace->standing().rule;
    const bounces::Hold* hold = nullptr;
    for (const bounces::Provider& provider : rules_->providers().all()) {
      if (provider.name != known.provider) continue;
      const auto found = std::ranges::find(provider.rules, rule, &bounces::BounceRule::name);
      if (found != provider.rules.end()) hold = &found->meaning.hold;
    }
    known.pace->shorten_hold(hold);
  }
}

shaping::PathMemories Paths::take_changes() {
  if (in_force_->epoch() != epoch_) take_newest_rules();
  shaping::PathMemories changed;
  std::erase_if(known_, [&](auto& one) {
    auto& [name, known] = one;
    gauges_.add(known.provider, known.pace->standing());
    if (std::optional<shaping::PathMemory> memory = known.pace->take_changes()) {
      if (*memory == shaping::PathMemory{}) {
        remembered_.erase(name);
      } else {
        remembered_[name] = *memory;
      }
      changed.emplace(name, std::move(*memory));
    }
    return known.pace.use_count() == 1;
  });
  gauges_.publish();
  return changed;
}

}  // namespace sesame::delivery
