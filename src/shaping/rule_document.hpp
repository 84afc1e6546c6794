#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bounces/rules.hpp"
#include "shaping/limit_layers.hpp"
#include "shaping/rule_faults.hpp"
#include "shaping/source_pools.hpp"

/// One rules file as it is written, before it is merged with others.
namespace sesame::shaping {

struct WrittenRule {
  bounces::BounceRule rule;
  std::size_t line = 0;
};

struct ProviderBlock {
  std::string name;
  std::size_t line = 0;
  std::vector<std::string> match;  // Lower case; empty: not named.
  std::size_t match_line = 0;
  std::string rules_of;  // Empty: not named.
  std::size_t rules_of_line = 0;
  LimitBlock limits;
  std::vector<WrittenRule> rules;  // Without those that have a fault.
};

struct DestinationBlock {
  std::string domain;  // In A-label form, lower case.
  LimitBlock limits;
};

struct SourceBlock {
  Source source;  // Without a HELO name when it has a fault.
  std::size_t line = 0;
};

struct PoolBlock {
  struct Share {
    std::string source;
    unsigned weight = 1;
  };
  std::string name;
  std::size_t line = 0;
  std::vector<Share> shares;
  std::vector<std::string> senders;  // In A-label form, lower case.
};

struct RuleDocument {
  std::string file;
  bool shipped = false;
  LimitBlock defaults;
  std::vector<ProviderBlock> providers;
  std::vector<DestinationBlock> destinations;
  std::vector<SourceBlock> sources;
  std::vector<PoolBlock> pools;
};

/// Reads rules in TOML, described at the top of rules/providers.toml. Appends each fault that the file has by
/// itself, and leaves out what has one. Thread: any.
RuleDocument read_document(std::string_view toml, const std::string& file, RuleFaults& faults);

}  // namespace sesame::shaping
