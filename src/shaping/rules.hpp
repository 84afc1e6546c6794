#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/setting.hpp"
#include "bounces/providers.hpp"
#include "shaping/limit_layers.hpp"
#include "shaping/limits.hpp"
#include "shaping/source_pools.hpp"

namespace sesame::shaping {

struct RuleOptions {
  std::vector<std::string> files;  // Over the shipped rules; later ones win.

  void visit(SettingVisitor& settings) {
    settings.files(
        "delivery.rules", files,
        "TOML files of limits and reply rules of providers in mode direct, over the shipped ones; later "
        "files win (`sesame shaping check`)",
        Reload::now);
  }
};

/// The limits and the reply rules of providers and destinations, as data: those of rules/providers.toml,
/// which is compiled into the program, under the operator's files. Immutable. Thread: any.
class Rules {
 public:
  /// The limits of one site.
  struct Profile {
    std::string provider;     // Empty: none.
    std::string destination;  // The [destination] block that applies; empty: none.
    Limits limits;
  };
  /// One limit in force, with the layer that it comes from: "shipped provider gmail".
  struct Value {
    std::string key;
    std::string value;
    std::string layer;
  };

  static const Rules& built_in();
  /// The text of rules/providers.toml, for people.
  static std::string_view built_in_text();

  /// Reads the files over the shipped rules. Error: errors::kRules with all faults of all files.
  static Result<Rules> load(const std::vector<std::string>& files);
  /// As load(), of one text in place of a file.
  static Result<Rules> parse(std::string_view toml, const std::string& file);

  /// The reply rules: an operator's before the shipped ones, one with a known name in its place.
  const bounces::Providers& providers() const { return providers_; }
  /// The addresses from which mail leaves, and for whom.
  const SourcePools& source_pools() const { return source_pools_; }
  /// Whether a [destination] names this domain, in lower case.
  bool has_destination(std::string_view domain) const { return destination_limits_.contains(domain); }
  bool has_destinations() const { return !destination_limits_.empty(); }
  /// A provider's limits apply only when every host is one of its servers.
  Profile profile(std::span<const std::string> mx_hosts, std::string_view destination) const;
  /// All limits of that profile.
  std::vector<Value> explain(std::span<const std::string> mx_hosts, std::string_view destination) const;
  /// All limits of a provider, or with "" of the rest.
  std::vector<Value> limits_of(std::string_view provider) const;
  /// The layer of a rule of that provider: "shipped", "/etc/sesame/rules.toml"; empty when there is none.
  std::string layer_of(std::string_view provider, std::string_view rule) const;

 private:
  friend class RuleMerger;
  using Layers = std::vector<LimitLayer>;
  struct Choice {
    const bounces::Provider* provider = nullptr;
    std::string destination;
    std::vector<const LimitLayer*> layers;  // The weakest first.
  };

  Choice choose(std::span<const std::string> mx_hosts, std::string_view destination) const;
  static std::vector<Value> explain(std::span<const LimitLayer* const> layers);

  Layers defaults_;
  std::map<std::string, Layers, std::less<>> provider_limits_;
  std::map<std::string, Layers, std::less<>> destination_limits_;
  bounces::Providers providers_;
  SourcePools source_pools_;
  std::map<std::pair<std::string, std::string>, std::string> rule_layers_;  // By provider and rule.
};

}  // namespace sesame::shaping
