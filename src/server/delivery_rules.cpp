#include "server/delivery_rules.hpp"

#include <string>
#include <utility>

#include "base/error_text.hpp"
#include "base/log.hpp"
#include "net/own_addresses.hpp"
#include "shaping/rule_faults.hpp"

namespace sesame::server {
namespace {

Status sources_are_there(const Settings& settings, const shaping::SourcePools& pools) {
  for (const shaping::Source& source : pools.sources()) {
    if (net::can_bind(source.address)) continue;
    return settings.refusal("delivery.rules", "files whose sources have addresses of this machine; " +
                                                  source.address.text() + " of source." + source.name +
                                                  " is none");
  }
  return Done{};
}

}  // namespace

Result<std::shared_ptr<const shaping::Rules>> delivery_rules(const Settings& settings) {
  Result<shaping::Rules> rules = shaping::Rules::load(settings.get<shaping::RuleOptions>().files);
  if (rules) {
    if (Status there = sources_are_there(settings, rules->source_pools()); !there)
      return std::move(there).error();
    return std::make_shared<const shaping::Rules>(std::move(*rules));
  }
  for (const std::string& fault : shaping::fault_texts(rules.error()))
    log_error("delivery.rule_fault", {{"fault", fault}});
  return settings.refusal("delivery.rules", "TOML files of limits and reply rules without faults (" +
                                                declared_text(rules.error()) + ")");
}

}  // namespace sesame::server
