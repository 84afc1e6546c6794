#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shaping/rule_document.hpp"
#include "shaping/rules.hpp"

namespace sesame::shaping {

/// Merges rules files, and finds the faults that they have together. Private to Rules. Thread: one.
class RuleMerger {
 public:
  /// `documents`: the weakest first. All outlive it.
  RuleMerger(std::span<const RuleDocument> documents, RuleFaults& faults)
      : documents_(documents), faults_(faults) {}

  Rules merge();

 private:
  /// A place in a file.
  struct Place {
    std::size_t document = 0;
    std::size_t line = 0;
  };
  struct PlacedRule {
    bounces::BounceRule rule;
    Place place;
  };
  struct MergedProvider {
    std::string name;
    std::vector<std::string> match;
    Place match_place;
    std::string rules_of;
    Place rules_of_place;
    std::vector<PlacedRule> rules;
    Rules::Layers limits;
  };

  void add_document(std::size_t index);
  void add_provider(std::size_t index, const ProviderBlock& block);
  void share_rules();
  void share_rules(MergedProvider& to, const MergedProvider& from);
  void check_matches();
  void check_rules(const MergedProvider& provider);
  void check_samples(const MergedProvider& provider, const PlacedRule& rule, const bounces::Provider& merged);
  MergedProvider* find(std::string_view name);
  void complain(const Place& place, std::string keys, std::string problem);
  std::string layer_name(std::size_t index, const std::string& block) const;

  std::span<const RuleDocument> documents_;
  RuleFaults& faults_;
  std::vector<MergedProvider> providers_;
  Rules rules_;
};

}  // namespace sesame::shaping
