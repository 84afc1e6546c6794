#include "shaping/rule_merger.hpp"

#include <algorithm>
#include <utility>

#include "shaping/source_merger.hpp"

namespace sesame::shaping {
namespace {

std::string keys_of(const std::string& provider, const bounces::BounceRule& rule) {
  return "provider." + provider + ".rule." + rule.name;
}

std::size_t day_begins_key() { return find_limit_key("day_begins").value_or(0); }

}  // namespace

Rules RuleMerger::merge() {
  for (std::size_t index = 0; index < documents_.size(); ++index) add_document(index);
  share_rules();
  check_matches();
  std::vector<bounces::Provider> list;
  for (MergedProvider& each : providers_) {
    check_rules(each);
    bounces::Provider provider{.name = each.name, .match = each.match, .rules = {}};
    for (PlacedRule& placed : each.rules) {
      const RuleDocument& document = documents_[placed.place.document];
      rules_.rule_layers_[{each.name, placed.rule.name}] = document.shipped ? "shipped" : document.file;
      provider.rules.push_back(std::move(placed.rule));
    }
    list.push_back(std::move(provider));
    rules_.provider_limits_[each.name] = std::move(each.limits);
  }
  rules_.providers_ = bounces::Providers(std::move(list));
  rules_.source_pools_ = merge_sources(documents_, [this](const RuleDocument& document, std::size_t line,
                                                          std::string keys, std::string problem) {
    complain({static_cast<std::size_t>(&document - documents_.data()), line}, std::move(keys),
             std::move(problem));
  });
  return std::move(rules_);
}

void RuleMerger::add_document(std::size_t index) {
  const RuleDocument& document = documents_[index];
  rules_.defaults_.push_back({layer_name(index, "default"), document.defaults});
  for (const ProviderBlock& block : document.providers) add_provider(index, block);
  for (const DestinationBlock& block : document.destinations)
    rules_.destination_limits_[block.domain].push_back(
        {layer_name(index, "destination " + block.domain), block.limits});
}

void RuleMerger::add_provider(std::size_t index, const ProviderBlock& block) {
  MergedProvider* known = find(block.name);
  if (known == nullptr) {
    if (block.match_line == 0)
      complain(
          {index, block.line}, "provider." + block.name,
          "there is no provider of that name, and a new one has `match`, the ends of its servers' names");
    known = &providers_.emplace_back();
    known->name = block.name;
  }
  if (!block.match.empty()) {
    known->match = block.match;
    known->match_place = {index, block.match_line};
  }
  if (!block.rules_of.empty()) {
    known->rules_of = block.rules_of;
    known->rules_of_place = {index, block.rules_of_line};
  }
  known->limits.push_back({layer_name(index, "provider " + block.name), block.limits});
  std::vector<PlacedRule> added;
  for (const WrittenRule& written : block.rules) {
    const auto same = [&](const PlacedRule& each) { return each.rule.name == written.rule.name; };
    const auto old = std::ranges::find_if(known->rules, same);
    PlacedRule placed{written.rule, {index, written.line}};
    if (old == known->rules.end())
      added.push_back(std::move(placed));
    else
      *old = std::move(placed);
  }
  known->rules.insert(known->rules.begin(), std::make_move_iterator(added.begin()),
                      std::make_move_iterator(added.end()));
}

/// Only providers that share nobody's rules are shared, so the order of the blocks does not matter.
void RuleMerger::share_rules() {
  for (MergedProvider& to : providers_) {
    if (to.rules_of.empty()) continue;
    const auto refuse = [&](const std::string& problem) {
      complain(to.rules_of_place, "provider." + to.name + ".rules_of", problem);
    };
    const MergedProvider* from = find(to.rules_of);
    if (from == &to)
      refuse("the provider itself");
    else if (from == nullptr)
      refuse("there is no provider `" + to.rules_of + "`");
    else if (!from->rules_of.empty())
      refuse("`" + to.rules_of + "` has `rules_of`, too: name the provider whose rules they are");
    else
      share_rules(to, *from);
  }
}

void RuleMerger::share_rules(MergedProvider& to, const MergedProvider& from) {
  const auto own = static_cast<std::ptrdiff_t>(to.rules.size());
  for (const PlacedRule& shared : from.rules) {
    // A rule of its own with the same name takes the place of the shared one.
    const auto same = [&](const PlacedRule& each) { return each.rule.name == shared.rule.name; };
    const auto replacing = std::find_if(to.rules.begin(), to.rules.begin() + own, same);
    if (replacing == to.rules.begin() + own) to.rules.push_back(shared);
  }
}

void RuleMerger::check_matches() {
  const auto overlap = [](const std::string& a, const std::string& b) {
    return a.ends_with(b) || b.ends_with(a);
  };
  for (const MergedProvider& one : providers_) {
    for (const MergedProvider& other : providers_) {
      // The later one of two is wrong.
      const auto order = [](const MergedProvider& each) {
        return std::pair(each.match_place.document, each.match_place.line);
      };
      if (&one == &other || order(one) < order(other)) continue;
      for (const std::string& end : one.match) {
        if (std::ranges::any_of(other.match, [&](const std::string& each) { return overlap(end, each); }))
          complain(one.match_place, "provider." + one.name + ".match",
                   "`" + end + "` is claimed by `" + other.name + "`, too");
      }
    }
  }
}

void RuleMerger::check_rules(const MergedProvider& provider) {
  std::vector<const LimitLayer*> layers;
  for (const LimitLayer& layer : rules_.defaults_) layers.push_back(&layer);
  for (const LimitLayer& layer : provider.limits) layers.push_back(&layer);
  const bool has_day = shaping::merge(layers).from.at(day_begins_key()) != nullptr;
  bounces::Provider merged{.name = provider.name, .match = provider.match, .rules = {}};
  for (const PlacedRule& placed : provider.rules) merged.rules.push_back(placed.rule);
  for (const PlacedRule& placed : provider.rules) {
    check_samples(provider, placed, merged);
    if (!has_day && std::ranges::any_of(placed.rule.meaning.hold.steps, &bounces::HoldStep::until_day_begins))
      complain(placed.place, keys_of(provider.name, placed.rule) + ".hold",
               "`day_begins` is the provider's, which names none");
  }
}

/// A rule of a later file may decide a sample: it is there to decide.
void RuleMerger::check_samples(const MergedProvider& provider, const PlacedRule& placed,
                               const bounces::Provider& merged) {
  for (const std::string& sample : placed.rule.samples) {
    bounces::ServerReply reply{.text = sample};
    if (!placed.rule.commands.empty()) reply.command = placed.rule.commands.front();
    const bounces::BounceRule* found = merged.first_fit(bounces::facts_of(reply));
    if (found != nullptr && found->name == placed.rule.name) continue;
    std::string by = "no rule";
    if (found != nullptr) {
      const PlacedRule& other = provider.rules[static_cast<std::size_t>(found - merged.rules.data())];
      if (other.place.document > placed.place.document) continue;
      by = "the rule `" + found->name + "`";
    }
    complain(placed.place, keys_of(provider.name, placed.rule) + ".sample",
             "`" + sample + "` is decided by " + by);
  }
}

RuleMerger::MergedProvider* RuleMerger::find(std::string_view name) {
  const auto found = std::ranges::find(providers_, name, &MergedProvider::name);
  return found == providers_.end() ? nullptr : &*found;
}

void RuleMerger::complain(const Place& place, std::string keys, std::string problem) {
  RuleFault fault{documents_[place.document].file, place.line, std::move(keys), std::move(problem)};
  // A rule that several providers share is told once.
  const auto same = [&](const RuleFault& each) { return each.text() == fault.text(); };
  if (std::ranges::none_of(faults_, same)) faults_.push_back(std::move(fault));
}

std::string RuleMerger::layer_name(std::size_t index, const std::string& block) const {
  return (documents_[index].shipped ? "shipped" : documents_[index].file) + " " + block;
}

}  // namespace sesame::shaping
