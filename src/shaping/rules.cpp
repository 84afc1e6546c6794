#include "shaping/rules.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "bounces/rule_file.hpp"
#include "mime/address.hpp"
#include "shaping/rule_merger.hpp"

namespace sesame::shaping {

namespace embedded {
extern const std::string_view providers;
}  // namespace embedded

namespace {

const RuleDocument& shipped_document() {
  static const RuleDocument document = [] {
    RuleFaults none;  // A unit test reads this text.
    RuleDocument read = read_document(embedded::providers, "rules/providers.toml", none);
    read.shipped = true;
    return read;
  }();
  return document;
}

/// The text of the file, or nothing and one fault more.
std::string read_text(const std::string& file, RuleFaults& faults) {
  Result<std::string> text = bounces::read_rule_file(file);
  if (text) return std::move(*text);
  for (const Error::Fact& fact : text.error().facts()) {
    if (std::string_view(fact.name) == "problem") faults.push_back({file, 0, "", fact.value});
  }
  return {};
}

Result<Rules> merged(const std::vector<RuleDocument>& documents, RuleFaults faults) {
  Rules rules = RuleMerger(documents, faults).merge();
  if (faults.empty()) return rules;
  const auto place_of = [&](const RuleFault& fault) {
    const auto document = std::ranges::find(documents, fault.file, &RuleDocument::file);
    return std::pair(document - documents.begin(), fault.line);
  };
  std::ranges::stable_sort(faults, {}, place_of);
  return to_error(faults);
}

}  // namespace

const Rules& Rules::built_in() {
  static const Rules rules = [] {
    Result<Rules> loaded = load({});
    // A unit test loads them: it cannot fail here.
    return loaded ? std::move(*loaded) : Rules();
  }();
  return rules;
}

std::string_view Rules::built_in_text() { return embedded::providers; }

Result<Rules> Rules::load(const std::vector<std::string>& files) {
  RuleFaults faults;
  std::vector<RuleDocument> documents{shipped_document()};
  for (const std::string& file : files)
    documents.push_back(read_document(read_text(file, faults), file, faults));
  return merged(documents, std::move(faults));
}

Result<Rules> Rules::parse(std::string_view toml, const std::string& file) {
  RuleFaults faults;
  std::vector<RuleDocument> documents{shipped_document()};
  documents.push_back(read_document(toml, file, faults));
  return merged(documents, std::move(faults));
}

Rules::Choice Rules::choose(std::span<const std::string> mx_hosts, std::string_view destination) const {
  Choice choice;
  for (const LimitLayer& layer : defaults_) choice.layers.push_back(&layer);
  for (const std::string& host : mx_hosts) {
    const bounces::Provider* provider = providers_.find(host);
    if (provider == nullptr || (&host != &mx_hosts.front() && provider != choice.provider)) {
      choice.provider = nullptr;
      break;
    }
    choice.provider = provider;
  }
  if (choice.provider != nullptr) {
    for (const LimitLayer& layer : provider_limits_.find(choice.provider->name)->second)
      choice.layers.push_back(&layer);
  }
  if (destination.ends_with('.')) destination.remove_suffix(1);
  const auto block = destination_limits_.find(
      ascii::lower(mime::ascii_domain(destination).value_or(std::string(destination))));
  if (block == destination_limits_.end()) return choice;
  choice.destination = block->first;
  for (const LimitLayer& layer : block->second) choice.layers.push_back(&layer);
  return choice;
}

Rules::Profile Rules::profile(std::span<const std::string> mx_hosts, std::string_view destination) const {
  Choice choice = choose(mx_hosts, destination);
  return {.provider = choice.provider == nullptr ? "" : choice.provider->name,
          .destination = std::move(choice.destination),
          .limits = merge(choice.layers).limits};
}

std::vector<Rules::Value> Rules::explain(std::span<const std::string> mx_hosts,
                                         std::string_view destination) const {
  return explain(choose(mx_hosts, destination).layers);
}

std::vector<Rules::Value> Rules::limits_of(std::string_view provider) const {
  std::vector<const LimitLayer*> layers;
  for (const LimitLayer& layer : defaults_) layers.push_back(&layer);
  const auto own = provider_limits_.find(provider);
  if (own != provider_limits_.end()) {
    for (const LimitLayer& layer : own->second) layers.push_back(&layer);
  }
  return explain(layers);
}

std::vector<Rules::Value> Rules::explain(std::span<const LimitLayer* const> layers) {
  const MergedLimits merged = merge(layers);
  std::vector<Value> values;
  for (std::size_t key = 0; key < kLimitKeys; ++key) {
    const LimitLayer* from = merged.from[key];
    values.push_back({.key = std::string(limit_keys()[key].name),
                      .value = limit_keys()[key].text(merged.limits),
                      .layer = from == nullptr ? "program" : from->name});
  }
  return values;
}

std::string Rules::layer_of(std::string_view provider, std::string_view rule) const {
  const auto found = rule_layers_.find({std::string(provider), std::string(rule)});
  return found == rule_layers_.end() ? "" : found->second;
}

}  // namespace sesame::shaping
