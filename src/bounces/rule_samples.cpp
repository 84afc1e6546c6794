#include "bounces/rule_samples.hpp"

#include "bounces/classifier.hpp"
#include "bounces/errors.hpp"

namespace sesame::bounces {

Status check_samples(const BounceRules& rules, const BounceRules& all, const std::string& path) {
  const Classifier classifier(all);
  for (const BounceRule& rule : rules.rules()) {
    for (const std::string& sample : rule.samples) {
      ServerReply reply{.text = sample};
      if (!rule.commands.empty()) reply.command = rule.commands.front();
      if (!rule.from.empty()) reply.host = rule.from.front();
      const Classification found = classifier.classify_reply(reply);
      if (found.rule == rule.name) continue;
      const std::string other = found.rule.empty() ? "no rule" : "the rule `" + found.rule + "`";
      return Error(errors::kRules)
          .with("path", path)
          .with("rule", rule.name)
          .with("problem", "its sample `" + sample + "` is decided by " + other);
    }
  }
  return Done();
}

}  // namespace sesame::bounces
