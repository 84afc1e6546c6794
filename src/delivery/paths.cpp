#include "delivery/paths.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "routing/plan.hpp"

namespace sesame::delivery {
namespace {

/// Between the name of a path and a sender's domain.
constexpr std::string_view kFrom = " from ";

/// Those beyond are known until their sites are idle.
constexpr std::size_t kRememberedMax = 100'000;

}  // namespace

Paths::Paths(const ShapeSource& source, const Clock& clock)
    : in_force_(source.rules),
      classifier_(*source.classifier),
      clock_(clock),
      remembered_(source.remembered.begin(), source.remembered.end()),
      epoch_(in_force_->epoch()),
      rules_(in_force_->get()) {}

std::function<bounces::Meaning(const bounces::ServerReply&)> Paths::reply_reader() const {
  return [in_force = in_force_, &classifier = classifier_](const bounces::ServerReply& reply) {
    const std::shared_ptr<const shaping::Rules> rules = in_force->get();
    return bounces::ReplyReader(classifier, rules->providers()).read(reply);
  };
}

std::string Paths::name_of(const KnownSite::Key& key, const shaping::Rules::Profile& profile) {
  const bool shared = profile.limits.shared.any();
  std::string name = shared ? "provider " + profile.provider : "site " + key.servers.text();
  if (!shared && !profile.destination.empty()) name.append(" for ").append(profile.destination);
  if (!key.source.empty()) name.append(" over ").append(key.source);
  return name;
}

std::string Paths::destination_with_limits(std::string_view domain) const {
  if (!rules_->has_destinations()) return {};
  const std::optional<std::string> name = routing::destination_of(domain);
  return name && rules_->has_destination(*name) ? *name : std::string();
}

Shape Paths::shape_of(std::span<const std::string> hosts, const KnownSite::Key& key) {
  shaping::Rules::Profile profile = rules_->profile(hosts, key.destination);
  std::string name = name_of(key, profile);
  // One destination does not change what all sites share.
  const shaping::Limits shared =
      profile.limits.shared.any() ? rules_->profile(hosts, {}).limits : profile.limits;
  Known& known = known_[name];
  known.provider = profile.provider;
  if (!known.pace) {
    known.pace = make_pace(name, profile.provider, shared);
    known.epoch = epoch_;
  } else if (std::exchange(known.epoch, epoch_) != epoch_) {
    known.pace->set_limits(shared);
  }
  return {known.pace, std::move(profile.limits)};
}

std::shared_ptr<shaping::Pace> Paths::make_pace(const std::string& name, const std::string& provider,
                                                const shaping::Limits& limits) const {
  const auto own = remembered_.find(name);
  auto pace = std::make_shared<shaping::Pace>(
      limits, own == remembered_.end() ? shaping::PathMemory{} : own->second, clock_);
  shorten_hold(*pace, provider);  // The rules may have changed since.
  const std::string begin = std::string(name).append(kFrom);
  for (auto of_sender = remembered_.lower_bound(begin);
       of_sender != remembered_.end() && of_sender->first.starts_with(begin); ++of_sender)
    pace->remember_sender(of_sender->first.substr(begin.size()), of_sender->second);
  return pace;
}

void Paths::remember(std::string name, const shaping::PathMemory& memory, shaping::PathMemories& changed) {
  if (memory == shaping::PathMemory{}) {
    remembered_.erase(name);
  } else if (remembered_.size() < kRememberedMax || remembered_.contains(name)) {
    remembered_[name] = memory;
  }
  changed.emplace(std::move(name), memory);
}

/// A hold whose rule holds for a shorter time now ends earlier.
void Paths::shorten_hold(shaping::Pace& pace, const std::string& provider) const {
  const std::string rule = pace.standing().rule;
  for (const bounces::Provider& each : rules_->providers().all()) {
    if (each.name != provider) continue;
    const auto found = std::ranges::find(each.rules, rule, &bounces::BounceRule::name);
    if (found != each.rules.end()) pace.shorten_hold(found->meaning.hold);
  }
}

void Paths::take_newest_rules() {
  epoch_ = in_force_->epoch();
  rules_ = in_force_->get();
  for (const auto& [name, known] : known_) shorten_hold(*known.pace, known.provider);
}

shaping::PathMemories Paths::take_changes() {
  if (in_force_->epoch() != epoch_) take_newest_rules();
  shaping::PathMemories changed;
  std::erase_if(known_, [&](const auto& one) {
    const auto& [name, known] = one;
    gauges_.add(known.provider, known.pace->standing());
    if (const auto memory = known.pace->take_changes()) remember(name, *memory, changed);
    for (const auto& [sender, memory] : known.pace->take_sender_changes())
      remember(std::string(name).append(kFrom).append(sender), memory, changed);
    return known.pace.use_count() == 1;
  });
  gauges_.publish();
  return changed;
}

}  // namespace sesame::delivery
