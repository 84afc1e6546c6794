#include "server/delivery_rules.hpp"

#include <string>
#include <utility>

#include "base/error_text.hpp"
#include "base/log.hpp"
#include "shaping/rule_faults.hpp"

namespace sesame::server {

Result<std::shared_ptr<const shaping::Rules>> delivery_rules(const Settings& settings) {
  Result<shaping::Rules> rules = shaping::Rules::load(settings.get<shaping::RuleOptions>().files);
  if (rules) return std::make_shared<const shaping::Rules>(std::move(*rules));
  for (const std::string& fault : shaping::fault_texts(rules.error()))
    log_error("delivery.rule_fault", {{"fault", fault}});
  return settings.refusal("delivery.rules", "TOML files of limits and reply rules without faults (" +
                                                declared_text(rules.error()) + ")");
}

}  // namespace sesame::server
