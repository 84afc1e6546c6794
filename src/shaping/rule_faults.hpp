#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace sesame::shaping {

/// One fault of a rules file.
struct RuleFault {
  std::string file;
  std::size_t line = 0;  // 0: the file as a whole.
  std::string keys;      // The path to what is wrong: "provider.qq.rule.qq-content.hold"; may be empty.
  std::string problem;

  /// "/etc/sesame/rules.toml:12: provider.qq.mails: not a rate".
  std::string text() const;
};
using RuleFaults = std::vector<RuleFault>;

/// errors::kRules with one fact "fault" for each, and "more": how many there are besides the first.
Error to_error(const RuleFaults& faults);
/// The texts of all faults of an error of to_error().
std::vector<std::string> fault_texts(const Error& error);

}  // namespace sesame::shaping
