#include "commands/action_search.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/ascii.hpp"

namespace sesame::commands {

namespace {

using cloudapi::ActionDescription;

constexpr std::size_t kFoundMax = 10;

// A name says more than a sentence, a sentence more than a field.
constexpr int kWholeName = 100, kInName = 20, kInSummary = 6, kInField = 3, kInCode = 3;

/// The words in lower case; white space and ASCII marks part them.
std::vector<std::string> words_of(std::string_view query) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : query) {
    const bool part = ascii::is_alpha(c) || ascii::is_digit(c) || static_cast<unsigned char>(c) >= 128;
    if (part) word += ascii::to_lower(c);
    if (!part && !word.empty()) words.push_back(std::exchange(word, {}));
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

bool contains(std::string_view text, const std::string& word) {
  return ascii::lower(text).find(word) != std::string::npos;
}

bool in_fields(const std::vector<cloudapi::Field>& fields, const std::string& word) {
  return std::ranges::any_of(fields, [&](const cloudapi::Field& field) {
    return contains(field.name, word) ||
           (field.structure != nullptr && in_fields(field.structure->fields, word));
  });
}

int score_of(const ActionDescription& action, const std::string& word) {
  if (ascii::lower(action.name) == word) return kWholeName;
  int score = contains(action.name, word) ? kInName : 0;
  if (contains(action.summary.en, word) || contains(action.summary.zh, word)) score += kInSummary;
  if (in_fields(action.input, word) || in_fields(action.output, word)) score += kInField;
  const auto is_code = [&](const std::string& code) { return contains(code, word); };
  return score + (std::ranges::any_of(action.errors, is_code) ? kInCode : 0);
}

}  // namespace

std::vector<const ActionDescription*> search_actions(std::string_view query,
                                                     std::optional<ActionDescription::Effect> effect) {
  const std::vector<std::string> words = words_of(query);
  std::vector<std::pair<int, const ActionDescription*>> found;
  for (const ActionDescription& action : cloudapi::description().actions) {
    if (effect && action.effect != *effect) continue;
    int score = words.empty() ? 1 : 0;
    for (const std::string& word : words) score += score_of(action, word);
    if (score > 0) found.emplace_back(score, &action);
  }
  std::ranges::stable_sort(found, std::greater(), [](const auto& one) { return one.first; });
  std::vector<const ActionDescription*> best;
  for (const auto& [score, action] : found) {
    if (best.size() == kFoundMax) break;
    best.push_back(action);
  }
  return best;
}

}  // namespace sesame::commands
