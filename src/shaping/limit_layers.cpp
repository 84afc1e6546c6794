#include "shaping/limit_layers.hpp"

#include <algorithm>
#include <vector>

#include "shaping/limit_texts.hpp"

namespace sesame::shaping {
namespace {

constexpr std::string_view kSharedName = "shared";

template <class Value>
std::string text_or_dash(const std::optional<Value>& value) {
  return value ? to_text(*value) : "-";
}

std::string seconds_text(const std::vector<std::chrono::seconds>& pauses) {
  std::string text;
  for (const std::chrono::seconds pause : pauses) {
    if (!text.empty()) text += ", ";
    text += std::to_string(pause.count());
  }
  return text;
}

}  // namespace

const std::array<LimitKey, kLimitKeys>& limit_keys() {
  static const std::array<LimitKey, kLimitKeys> keys{{
      {"connections", [](const Limits& from, Limits& to) { to.connections = from.connections; },
       [](const Limits& limits) { return to_text(limits.connections); }},
      {"messages_per_connection",
       [](const Limits& from, Limits& to) { to.messages_per_connection = from.messages_per_connection; },
       [](const Limits& limits) { return std::to_string(limits.messages_per_connection); }},
      {"connects", [](const Limits& from, Limits& to) { to.connects = from.connects; },
       [](const Limits& limits) { return to_text(limits.connects); }},
      {"mails", [](const Limits& from, Limits& to) { to.mails = from.mails; },
       [](const Limits& limits) { return to_text(limits.mails); }},
      {"idle_s", [](const Limits& from, Limits& to) { to.idle = from.idle; },
       [](const Limits& limits) { return std::to_string(limits.idle.count()); }},
      {"tls", [](const Limits& from, Limits& to) { to.tls = from.tls; },
       [](const Limits& limits) { return to_text(limits.tls); }},
      {"mta_sts", [](const Limits& from, Limits& to) { to.mta_sts = from.mta_sts; },
       [](const Limits& limits) { return to_text(limits.mta_sts); }},
      {"greylist_retry_s", [](const Limits& from, Limits& to) { to.greylist_retry = from.greylist_retry; },
       [](const Limits& limits) { return seconds_text(limits.greylist_retry); }},
      {"day_begins", [](const Limits& from, Limits& to) { to.day_begin = from.day_begin; },
       [](const Limits& limits) { return to_text(limits.day_begin); }},
      {"shared.connections",
       [](const Limits& from, Limits& to) { to.shared.connections = from.shared.connections; },
       [](const Limits& limits) { return text_or_dash(limits.shared.connections); }},
      {"shared.connects", [](const Limits& from, Limits& to) { to.shared.connects = from.shared.connects; },
       [](const Limits& limits) { return text_or_dash(limits.shared.connects); }},
      {"shared.mails", [](const Limits& from, Limits& to) { to.shared.mails = from.shared.mails; },
       [](const Limits& limits) { return text_or_dash(limits.shared.mails); }},
  }};
  return keys;
}

std::optional<std::size_t> find_limit_key(std::string_view name) {
  const auto& keys = limit_keys();
  const auto found = std::ranges::find(keys, name, &LimitKey::name);
  if (found == keys.end()) return std::nullopt;
  return static_cast<std::size_t>(found - keys.begin());
}

bool is_limit_name(std::string_view name) {
  // "shared.mails" is a key within a table: as the name of one key it would be refused.
  return name == kSharedName || (name.find('.') == name.npos && find_limit_key(name));
}

std::string limit_names() {
  std::string names;
  for (const LimitKey& key : limit_keys()) {
    if (key.name.find('.') == key.name.npos) names += std::string(key.name) + ", ";
  }
  return names + std::string(kSharedName);
}

void LimitBlock::set(std::size_t key, const Limits& from) {
  limit_keys().at(key).copy(from, values_);
  given_.at(key) = Given::value;
}

void LimitBlock::unset(std::size_t key) { given_.at(key) = Given::unset; }

MergedLimits merge(std::span<const LimitLayer* const> layers) {
  MergedLimits merged;
  std::vector<const LimitLayer*> in_force;
  for (std::size_t key = 0; key < kLimitKeys; ++key) {
    in_force.clear();
    for (const LimitLayer* layer : layers) {
      const LimitBlock::Given given = layer->block.given(key);
      if (given == LimitBlock::Given::value) in_force.push_back(layer);
      if (given == LimitBlock::Given::unset && !in_force.empty()) in_force.pop_back();
    }
    if (in_force.empty()) continue;
    limit_keys()[key].copy(in_force.back()->block.values(), merged.limits);
    merged.from[key] = in_force.back();
  }
  return merged;
}

}  // namespace sesame::shaping
