#include "cloudapi/action.hpp"

#include <stdexcept>

#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

Work Work::read(ReadJob job) { return {.job = std::move(job), .before = {}, .after = {}}; }

Work Work::quick_read(ReadJob job) {
  return {.job = std::move(job), .before = {}, .quick = true, .after = {}};
}

Work Work::write(WriteJob job, std::function<void()> after) {
  return {.job = std::move(job), .before = {}, .after = std::move(after)};
}

Work Work::bulk(WriteJob job, std::function<void()> after) {
  return {
      .job = std::move(job), .before = {}, .priority = storage::Priority::bulk, .after = std::move(after)};
}

void ActionTable::add(Action action) {
  if (action.description == nullptr) action.description = find_action(action.version, action.name);
  if (action.description == nullptr) {
    throw std::logic_error("the action " + action.name + " of version " + action.version +
                           " is not described");
  }
  std::string name = action.name;
  const std::string version = action.version;
  if (!versions_[version].emplace(name, std::move(action)).second) {
    throw std::logic_error("the action " + name + " of version " + version + " is served twice");
  }
}

const Action* ActionTable::find(std::string_view version, std::string_view name) const {
  const auto actions = versions_.find(version);
  if (actions == versions_.end()) return nullptr;
  const auto found = actions->second.find(name);
  return found == actions->second.end() ? nullptr : &found->second;
}

bool ActionTable::has_version(std::string_view version) const { return versions_.contains(version); }

}  // namespace sesame::cloudapi
