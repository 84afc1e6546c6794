#include "shaping/rule_faults.hpp"

#include "shaping/errors.hpp"

namespace sesame::shaping {

std::string RuleFault::text() const {
  std::string text = file;
  if (line > 0) text += ":" + std::to_string(line);
  if (!keys.empty()) text += ": " + keys;
  return text + ": " + problem;
}

Error to_error(const RuleFaults& faults) {
  Error error(errors::kRules);
  for (const RuleFault& fault : faults) error = Error(std::move(error).with("fault", fault.text()));
  if (faults.size() > 1) error = Error(std::move(error).with("more", std::to_string(faults.size() - 1)));
  return error;
}

std::vector<std::string> fault_texts(const Error& error) {
  std::vector<std::string> texts;
  for (const Error::Fact& fact : error.facts()) {
    if (std::string_view(fact.name) == "fault") texts.push_back(fact.value);
  }
  return texts;
}

}  // namespace sesame::shaping
