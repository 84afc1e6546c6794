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

constexpr std::string_view kProvider = "provider ";
/// Between what a path leads to and the source that it begins at.
constexpr std::string_view kOver = " over ";

/// The parts of a path's name. Views of it.
struct Split {
  explicit Split(std::string_view name) : path(name) {
    const std::size_t from = name.rfind(kFrom);
    if (from == std::string_view::npos) return;
    path = name.substr(0, from);
    sender = name.substr(from + kFrom.size());
  }
  /// The provider whose sites share the path; empty: none.
  std::string_view provider() const {
    if (!path.starts_with(kProvider)) return {};
    const std::string_view rest = path.substr(kProvider.size());
    return rest.substr(0, rest.find(kOver));
  }

  std::string_view path;
  std::string_view sender;  // Empty: the path itself.
};

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
  std::string name = shared ? std::string(kProvider) + profile.provider : "site " + key.servers.text();
  if (!shared && !profile.destination.empty()) name.append(" for ").append(profile.destination);
  if (!key.source.empty()) name.append(kOver).append(key.source);
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
  if (!known.path || known.path->provider != profile.provider)
    known.path = std::make_shared<const PathName>(PathName{name, profile.provider});
  if (!known.pace) {
    known.pace = make_pace(name, profile.provider, shared);
    known.epoch = epoch_;
  } else if (std::exchange(known.epoch, epoch_) != epoch_) {
    known.pace->set_limits(shared);
  }
  return {known.pace, std::move(profile.limits), known.path};
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
  for (const auto& [name, known] : known_) shorten_hold(*known.pace, known.path->provider);
}

shaping::PathMemories Paths::take_changes() {
  if (in_force_->epoch() != epoch_) take_newest_rules();
  shaping::PathMemories changed;
  std::erase_if(known_, [&](const auto& one) {
    const auto& [name, known] = one;
    gauges_.add(known.path->provider, known.pace->standing());
    if (const auto memory = known.pace->take_changes()) remember(name, *memory, changed);
    for (const auto& [sender, memory] : known.pace->take_sender_changes())
      remember(std::string(name).append(kFrom).append(sender), memory, changed);
    return known.pace.use_count() == 1;
  });
  gauges_.publish();
  return changed;
}

void Paths::add_holds_of(const std::string& name, const Known& known, std::vector<HeldPath>& holds) const {
  const std::string& provider = known.path->provider;
  if (auto hold = known.pace->current_hold()) holds.push_back({name, provider, {}, std::move(*hold)});
  for (const std::string& sender : known.pace->held_senders()) {
    if (auto hold = known.pace->sender_hold(sender))
      holds.push_back({std::string(name).append(kFrom).append(sender), provider, sender, std::move(*hold)});
  }
}

std::vector<HeldPath> Paths::holds() const {
  std::vector<HeldPath> holds;
  for (const auto& [name, known] : known_) add_holds_of(name, known, holds);
  const std::int64_t now_ms = clock_.now_ms();
  for (const auto& [name, memory] : remembered_) {
    auto hold = shaping::hold_of(memory, now_ms);
    const Split split(name);
    if (!hold || known_.contains(std::string(split.path))) continue;
    holds.push_back({name, std::string(split.provider()), std::string(split.sender), std::move(*hold)});
  }
  return holds;
}

const Paths::Known* Paths::find(std::string_view path) const {
  const auto known = known_.find(std::string(path));
  return known == known_.end() ? nullptr : &known->second;
}

shaping::PathMemory Paths::memory(const std::string& path) const {
  const Split split(path);
  if (const Known* known = find(split.path))
    return split.sender.empty() ? known->pace->memory() : known->pace->memory_of(split.sender);
  const auto remembered = remembered_.find(path);
  return remembered == remembered_.end() ? shaping::PathMemory{} : remembered->second;
}

std::optional<HeldPath> Paths::end_hold(const std::string& path) {
  const std::int64_t now_ms = clock_.now_ms();
  auto hold = shaping::hold_of(memory(path), now_ms);
  if (!hold) return std::nullopt;
  const Split split(path);
  HeldPath ended{path, std::string(split.provider()), std::string(split.sender), std::move(*hold)};
  if (const Known* known = find(split.path)) {
    ended.provider = known->path->provider;
    const bool lasted =
        split.sender.empty() ? known->pace->end_hold() : known->pace->end_hold_of(split.sender);
    if (!lasted) return std::nullopt;
  } else {
    shaping::end_hold(remembered_[path], now_ms);
  }
  return ended;
}

DestinationView Paths::look_at(std::span<const std::string> hosts, const KnownSite::Key& key) const {
  const shaping::Rules::Profile profile = rules_->profile(hosts, key.destination);
  DestinationView view{.path = name_of(key, profile),
                       .provider = profile.provider,
                       .provider_match = {},
                       .destination = profile.destination,
                       .limits = rules_->explain(hosts, key.destination),
                       .site = {}};
  for (const bounces::Provider& each : rules_->providers().all()) {
    if (each.name == profile.provider) view.provider_match = each.match;
  }
  return view;
}

}  // namespace sesame::delivery
