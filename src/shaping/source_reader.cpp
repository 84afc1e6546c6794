#include "shaping/source_reader.hpp"

#include <optional>
#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "mime/address.hpp"

namespace sesame::shaping {
namespace {

constexpr std::int64_t kWeightMax = 1'000;

/// A domain of more than one label, in A-labels and lower case.
std::optional<std::string> read_domain(const toml::node& node) {
  const auto text = node.value<std::string>();
  if (!text) return std::nullopt;
  const auto domain = mime::ascii_domain(*text);
  if (!domain || domain->find('.') == std::string::npos || domain->ends_with('.')) return std::nullopt;
  return ascii::lower(*domain);
}

bool is_block_name(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return !name.empty() && name.size() <= 40 && name.find_first_not_of(kAllowed) == name.npos;
}

/// Gives each block of the table to `read`, which returns false when it has a fault.
template <class Read>
void read_blocks(const toml::table& table, const LimitComplaint& complain, Read read) {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (!is_block_name(name))
      complain(node, name, "its name is not of 1 to 40 of the characters a-z 0-9 - _");
    else if (!node.is_table())
      complain(node, name, "not a block");
    else
      read(name, *node.as_table());
  }
}

/// Counts the faults of one block.
class BlockComplaint {
 public:
  BlockComplaint(const LimitComplaint& complain, std::string block)
      : complain_(complain), block_(std::move(block)) {}
  void operator()(const toml::node& node, const std::string& key, std::string problem) {
    any_ = true;
    complain_(node, key.empty() ? block_ : block_ + "." + key, std::move(problem));
  }
  bool any() const { return any_; }

 private:
  const LimitComplaint& complain_;
  const std::string block_;
  bool any_ = false;
};

void read_source(const toml::table& table, Source& source, BlockComplaint& complain) {
  bool has_address = false;
  for (const auto& [key, node] : table) {
    if (key.str() == "address") {
      has_address = true;
      const auto address = net::Address::parse(node.value<std::string>().value_or(""));
      if (address && !address->is_mapped())
        source.address = *address;
      else
        complain(node, "address", "not an IP address of this machine in digits, as in \"192.0.2.10\"");
    } else if (key.str() == "helo") {
      const auto name = read_domain(node);
      if (name)
        source.helo_name = *name;
      else
        complain(node, "helo", "not a fully qualified name, as in \"a.mta.example.org\"");
    } else {
      complain(node, std::string(key.str()), "unknown: one of address, helo");
    }
  }
  if (complain.any()) return;
  if (!has_address) complain(table, "", "it has no `address`");
  if (source.helo_name.empty())
    complain(table, "", "it has no `helo`, the name that the DNS gives its address (PTR)");
}

void read_shares(const toml::node& node, PoolBlock& block, BlockComplaint& complain) {
  constexpr auto kProblem = "not a table of sources and their weights from 1 to 1000: { a = 1, b = 2 }";
  if (!node.is_table() || node.as_table()->empty()) return complain(node, "sources", kProblem);
  for (const auto& [key, value] : *node.as_table()) {
    const auto weight = value.is_integer() ? value.value<std::int64_t>() : std::nullopt;
    if (!weight || *weight < 1 || *weight > kWeightMax) return complain(value, "sources", kProblem);
    block.shares.push_back({std::string(key.str()), static_cast<unsigned>(*weight)});
  }
}

void read_senders(const toml::node& node, PoolBlock& block, BlockComplaint& complain) {
  if (!node.is_array() || node.as_array()->empty())
    return complain(node, "senders", "not a list of domains of senders");
  for (const toml::node& each : *node.as_array()) {
    const auto domain = read_domain(each);
    if (!domain) return complain(each, "senders", "not a domain, as in \"news.example.org\"");
    block.senders.push_back(*domain);
  }
}

void read_pool(const toml::table& table, PoolBlock& block, BlockComplaint& complain) {
  for (const auto& [key, node] : table) {
    if (key.str() == "sources")
      read_shares(node, block, complain);
    else if (key.str() == "senders")
      read_senders(node, block, complain);
    else
      complain(node, std::string(key.str()), "unknown: one of sources, senders");
  }
  if (complain.any()) return;
  if (block.shares.empty()) complain(table, "", "it has no `sources`");
  const bool is_default = block.name == SourcePools::kDefaultPool;
  if (is_default && !block.senders.empty())
    complain(table, "senders", "the pool `default` is that of all senders whom no other pool names");
  if (!is_default && block.senders.empty())
    complain(table, "", "it has no `senders`, the domains whose mail it carries");
}

}  // namespace

void read_sources(const toml::table& table, RuleDocument& document, const LimitComplaint& complain) {
  read_blocks(table, complain, [&](const std::string& name, const toml::table& block) {
    SourceBlock read{.source = {.name = name, .address = {}, .helo_name = {}},
                     .line = block.source().begin.line};
    BlockComplaint complaint(complain, name);
    read_source(block, read.source, complaint);
    if (complaint.any()) read.source.helo_name.clear();
    document.sources.push_back(std::move(read));  // One with a fault is known to pools all the same.
  });
}

void read_pools(const toml::table& table, RuleDocument& document, const LimitComplaint& complain) {
  read_blocks(table, complain, [&](const std::string& name, const toml::table& block) {
    PoolBlock read{.name = name, .line = block.source().begin.line, .shares = {}, .senders = {}};
    BlockComplaint complaint(complain, name);
    read_pool(block, read, complaint);
    if (!complaint.any()) document.pools.push_back(std::move(read));
  });
}

}  // namespace sesame::shaping
