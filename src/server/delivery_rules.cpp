#include "server/delivery_rules.hpp"

#include <string>
#include <utility>

#include "base/error_text.hpp"
#include "base/log.hpp"
#include "messages/delivery_texts.hpp"
#include "shaping/rule_faults.hpp"
#include "smtp/failure_texts.hpp"

namespace sesame::server {

const std::vector<std::string_view>& own_reply_texts() {
  static const std::vector<std::string_view> texts = [] {
    std::vector<std::string_view> all{messages::kNeverConfirmed, messages::kExpired,
                                      messages::kExpiredWhilePaused, messages::kHeldBack};
    all.insert(all.end(), smtp::kFailureTexts.begin(), smtp::kFailureTexts.end());
    return all;
  }();
  return texts;
}

Result<std::shared_ptr<const shaping::Rules>> delivery_rules(const Settings& settings) {
  Result<shaping::Rules> rules =
      shaping::Rules::load(settings.get<shaping::RuleOptions>().files, own_reply_texts());
  if (rules) return std::make_shared<const shaping::Rules>(std::move(*rules));
  for (const std::string& fault : shaping::fault_texts(rules.error()))
    log_error("delivery.rule_fault", {{"fault", fault}});
  return settings.refusal("delivery.rules", "TOML files of limits and reply rules without faults (" +
                                                declared_text(rules.error()) + ")");
}

}  // namespace sesame::server
