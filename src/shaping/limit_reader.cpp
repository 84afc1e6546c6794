#include "shaping/limit_reader.hpp"

#include <cstdint>
#include <optional>

#include "shaping/limit_texts.hpp"

namespace sesame::shaping {
namespace {

constexpr std::int64_t kIdleMax = 3600;
constexpr std::int64_t kGreylistRetryMax = 24 * 3600;
constexpr std::size_t kGreylistRetriesMax = 10;

using Problem = std::optional<std::string>;

/// A whole number in the range. nullopt for anything else.
std::optional<std::int64_t> whole_number(const toml::node* node, std::int64_t min, std::int64_t max) {
  if (node == nullptr || !node->is_integer()) return std::nullopt;
  const std::int64_t value = node->as_integer()->get();
  return value >= min && value <= max ? std::optional(value) : std::nullopt;
}

std::string text_of_node(const toml::node& node) { return node.value<std::string>().value_or(""); }

Problem read_range(const toml::node& node, Range& range) {
  const toml::table* table = node.as_table();
  const auto start = table == nullptr ? std::nullopt : whole_number(table->get("start"), 1, kConnectionsMax);
  const auto max = table == nullptr ? std::nullopt : whole_number(table->get("max"), 1, kConnectionsMax);
  if (!start || !max || table->size() != 2)
    return "not `{ start = 2, max = 10 }`, with whole numbers from 1 to " + std::to_string(kConnectionsMax);
  if (*max < *start) return "`max` is smaller than `start`";
  range = {.start = static_cast<unsigned>(*start), .max = static_cast<unsigned>(*max)};
  return std::nullopt;
}

Problem read_rate(const toml::node& node, Rate& rate) {
  const std::optional<Rate> read = parse_rate(text_of_node(node));
  if (!read) return "not a rate, as in \"50/s\", \"100/min\", \"3000/h\", \"20000/day\"";
  rate = *read;
  return std::nullopt;
}

Problem read_messages(const toml::node& node, Limits& limits) {
  const auto count = whole_number(&node, 1, kConnectionsMax);
  if (!count) return "not a whole number from 1 to " + std::to_string(kConnectionsMax);
  limits.messages_per_connection = static_cast<unsigned>(*count);
  return std::nullopt;
}

Problem read_idle(const toml::node& node, Limits& limits) {
  const auto seconds = whole_number(&node, 0, kIdleMax);
  if (!seconds) return "not a whole number from 0 to " + std::to_string(kIdleMax);
  limits.idle = std::chrono::seconds(*seconds);
  return std::nullopt;
}

Problem read_tls(const toml::node& node, Limits& limits) {
  const auto tls = parse_tls(text_of_node(node));
  if (!tls) return "not one of \"opportunistic\", \"require\", \"off\"";
  limits.tls = *tls;
  return std::nullopt;
}

Problem read_mta_sts(const toml::node& node, Limits& limits) {
  const auto use = parse_sts_use(text_of_node(node));
  if (!use) return "not one of \"obey\", \"report\", \"off\"";
  limits.mta_sts = *use;
  return std::nullopt;
}

Problem read_greylist_retry(const toml::node& node, Limits& limits) {
  const toml::array* list = node.as_array();
  const std::string problem = "not a list of 1 to " + std::to_string(kGreylistRetriesMax) +
                              " whole numbers from 1 to " + std::to_string(kGreylistRetryMax);
  if (list == nullptr || list->empty() || list->size() > kGreylistRetriesMax) return problem;
  limits.greylist_retry.clear();
  for (const toml::node& item : *list) {
    const auto seconds = whole_number(&item, 1, kGreylistRetryMax);
    if (!seconds) return problem;
    limits.greylist_retry.emplace_back(*seconds);
  }
  return std::nullopt;
}

Problem read_day_begins(const toml::node& node, Limits& limits) {
  const auto begin = parse_day_begin(text_of_node(node));
  if (!begin) return "not a time of day and its difference from UTC, as in \"00:00 +08:00\"";
  limits.day_begin = *begin;
  return std::nullopt;
}

Problem read_value(std::string_view name, const toml::node& node, Limits& limits) {
  if (name == "connections") return read_range(node, limits.connections);
  if (name == "messages_per_connection") return read_messages(node, limits);
  if (name == "connects") return read_rate(node, limits.connects);
  if (name == "mails") return read_rate(node, limits.mails);
  if (name == "idle_s") return read_idle(node, limits);
  if (name == "tls") return read_tls(node, limits);
  if (name == "mta_sts") return read_mta_sts(node, limits);
  if (name == "greylist_retry_s") return read_greylist_retry(node, limits);
  if (name == "day_begins") return read_day_begins(node, limits);
  if (name == "shared.connections") return read_range(node, limits.shared.connections.emplace());
  if (name == "shared.connects") return read_rate(node, limits.shared.connects.emplace());
  return read_rate(node, limits.shared.mails.emplace());
}

void read_key(std::size_t key, const toml::node& node, LimitBlock& block, const LimitComplaint& complain) {
  if (text_of_node(node) == "unset") {
    block.unset(key);
    return;
  }
  Limits limits;
  const std::string_view name = limit_keys()[key].name;
  if (Problem problem = read_value(name, node, limits))
    complain(node, name, std::move(*problem));
  else
    block.set(key, limits);
}

void read_shared(const toml::node& node, LimitBlock& block, const LimitComplaint& complain) {
  const std::string prefix = "shared.";
  if (text_of_node(node) == "unset") {
    for (std::size_t key = 0; key < kLimitKeys; ++key) {
      if (limit_keys()[key].name.starts_with(prefix)) block.unset(key);
    }
    return;
  }
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    complain(node, "shared", "not a table of connections, connects, mails");
    return;
  }
  for (const auto& [key, each] : *table) {
    const std::string name = prefix + std::string(key.str());
    if (const auto known = find_limit_key(name))
      read_key(*known, each, block, complain);
    else
      complain(each, name, "unknown: one of connections, connects, mails");
  }
}

}  // namespace

bool read_limit(std::string_view key, const toml::node& node, LimitBlock& block,
                const LimitComplaint& complain) {
  if (!is_limit_name(key)) return false;
  if (const auto known = find_limit_key(key))
    read_key(*known, node, block, complain);
  else
    read_shared(node, block, complain);
  return true;
}

}  // namespace sesame::shaping
