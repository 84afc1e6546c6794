#include "server/delivery_rules.hpp"

#include <string>
#include <utility>

#include "base/error_text.hpp"
#include "base/log.hpp"
#include "net/own_addresses.hpp"
#include "shaping/rule_faults.hpp"

namespace sesame::server {
namespace {

/// The rules of the files over the shipped ones. Error: of shaping::to_error, also for a source that this
/// machine lacks.
Result<shaping::Rules> load(const std::vector<std::string>& files) {
  Result<shaping::Rules> rules = shaping::Rules::load(files);
  if (!rules) return rules;
  shaping::RuleFaults missing;
  for (const shaping::Source& source : rules->source_pools().sources()) {
    if (!net::can_bind(source.address))
      missing.push_back({files.back(), 0, "source." + source.name + ".address",
                         source.address.text() + " is no address of this machine"});
  }
  if (!missing.empty()) return to_error(missing);
  return rules;
}

std::vector<std::string> logged_faults(const Error& error) {
  std::vector<std::string> faults = shaping::fault_texts(error);
  for (const std::string& fault : faults) log_error("delivery.rule_fault", {{"fault", fault}});
  return faults;
}

}  // namespace

Result<std::shared_ptr<const shaping::Rules>> delivery_rules(const Settings& settings) {
  Result<shaping::Rules> rules = load(settings.get<shaping::RuleOptions>().files);
  if (rules) return std::make_shared<const shaping::Rules>(std::move(*rules));
  logged_faults(rules.error());
  return settings.refusal("delivery.rules", "TOML files of limits and reply rules without faults (" +
                                                declared_text(rules.error()) + ")");
}

void RuleFiles::set(std::vector<std::string> files) {
  const MutexLock lock(mutex_);
  files_ = std::move(files);
}

std::vector<std::string> RuleFiles::reload(shaping::RulesInForce* in_force) {
  const MutexLock lock(mutex_);
  Result<shaping::Rules> rules = load(files_);
  if (!rules) {
    if (in_force != nullptr) in_force->refused();
    return logged_faults(rules.error());
  }
  if (in_force != nullptr) in_force->set(std::make_shared<const shaping::Rules>(std::move(*rules)));
  return {};
}

}  // namespace sesame::server
