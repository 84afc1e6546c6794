#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/thread_safety.hpp"
#include "server/settings.hpp"
#include "shaping/rules.hpp"
#include "shaping/rules_in_force.hpp"

/// The rules of mode direct. Thread: any.
namespace sesame::server {

/// The shipped rules under the files that delivery.rules names. Each fault is a line of the log. Error:
/// errors::kSettingValue, also when this machine lacks the address of a source.
Result<std::shared_ptr<const shaping::Rules>> delivery_rules(const Settings& settings);

/// The files that delivery.rules of a running server names. Thread: any.
class RuleFiles {
 public:
  void set(std::vector<std::string> files);
  /// Reads the files again and puts their rules in force; with a fault the rules stay. Returns all faults,
  /// for people; each is a line of the log. `in_force`: null when there are no rules in force.
  std::vector<std::string> reload(shaping::RulesInForce* in_force);

 private:
  Mutex mutex_;  // Held while files are read, so that the later reload is the one in force.
  std::vector<std::string> files_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::server
