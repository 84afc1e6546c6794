#include "accounts/permissions.hpp"

#include <algorithm>

#include "accounts/errors.hpp"
#include "base/ascii.hpp"

namespace sesame::accounts {
namespace {

constexpr std::string_view kAll = "all", kReadOnly = "read-only", kList = "list:";

bool matches(std::string_view pattern, std::string_view action) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == action;
  const std::string_view begin = pattern.substr(0, star);
  const std::string_view end = pattern.substr(star + 1);
  return action.size() >= begin.size() + end.size() && action.starts_with(begin) && action.ends_with(end);
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view action) {
  bool found = false;
  for (const std::string& pattern : patterns) {
    if (pattern.starts_with('!') && matches(std::string_view(pattern).substr(1), action)) return false;
    found = found || matches(pattern, action);
  }
  return found;
}

}  // namespace

Permissions Permissions::read_only() {
  Permissions made;
  made.kind_ = Kind::read_only;
  return made;
}

Permissions Permissions::listed(std::vector<std::string> actions) {
  Permissions made;
  made.kind_ = Kind::listed;
  std::sort(actions.begin(), actions.end());
  actions.erase(std::unique(actions.begin(), actions.end()), actions.end());
  made.actions_ = std::move(actions);
  return made;
}

Permissions Permissions::matching(std::vector<std::string> patterns) {
  Permissions made = listed(std::move(patterns));
  made.patterns_ = true;
  return made;
}

bool Permissions::allow(std::string_view action, bool reads) const {
  if (kind_ == Kind::all) return true;
  if (kind_ == Kind::read_only) return reads;
  if (patterns_) return any_matches(actions_, action);
  return std::binary_search(actions_.begin(), actions_.end(), action);
}

std::string Permissions::text() const {
  if (kind_ == Kind::all) return std::string(kAll);
  if (kind_ == Kind::read_only) return std::string(kReadOnly);
  std::string text(kList);
  for (const std::string& action : actions_)
    text.append(text.size() > kList.size() ? "," : "").append(action);
  return text;
}

Result<Permissions> Permissions::parse(std::string_view text) {
  if (text == kAll) return Permissions();
  if (text == kReadOnly) return read_only();
  if (!text.starts_with(kList)) return Error(errors::kPermissionsUnknown).because(std::string(text));
  text.remove_prefix(kList.size());
  std::vector<std::string> actions;
  if (!text.empty()) {
    for (const std::string_view name : ascii::split(text, ',')) actions.emplace_back(name);
  }
  return listed(std::move(actions));
}

}  // namespace sesame::accounts
