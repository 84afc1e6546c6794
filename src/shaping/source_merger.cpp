#include "shaping/source_merger.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace sesame::shaping {
namespace {

template <class Block>
struct Placed {
  const RuleDocument* document = nullptr;
  const Block* block = nullptr;
};

template <class Block>
using ByName = std::map<std::string, Placed<Block>>;

SourcePool to_pool(const Placed<PoolBlock>& placed, const std::vector<Source>& sources,
                   const BlockFault& complain) {
  SourcePool pool{.name = placed.block->name, .shares = {}};
  for (const PoolBlock::Share& share : placed.block->shares) {
    const auto found = std::ranges::find(sources, share.source, &Source::name);
    if (found == sources.end()) {
      complain(*placed.document, placed.block->line, "pool." + pool.name + ".sources",
               "there is no source `" + share.source + "`");
      continue;
    }
    pool.shares.push_back(
        {.source = static_cast<std::size_t>(found - sources.begin()), .weight = share.weight});
  }
  return pool;
}

std::vector<Source> to_sources(const ByName<SourceBlock>& blocks, const BlockFault& complain) {
  std::vector<Source> sources;
  for (const auto& [name, placed] : blocks) {
    const Source& source = placed.block->source;
    const auto same = std::ranges::find(sources, source.address, &Source::address);
    const bool twice = same != sources.end() && !source.helo_name.empty() && !same->helo_name.empty();
    if (twice)
      complain(*placed.document, placed.block->line, "source." + name + ".address",
               "it is that of `" + same->name + "`, too");
    sources.push_back(source);
  }
  return sources;
}

}  // namespace

SourcePools merge_sources(std::span<const RuleDocument> documents, const BlockFault& complain) {
  ByName<SourceBlock> source_blocks;
  ByName<PoolBlock> pool_blocks;
  for (const RuleDocument& document : documents) {
    for (const SourceBlock& block : document.sources)
      source_blocks.insert_or_assign(block.source.name, Placed<SourceBlock>{&document, &block});
    for (const PoolBlock& block : document.pools)
      pool_blocks.insert_or_assign(block.name, Placed<PoolBlock>{&document, &block});
  }
  if (source_blocks.size() > SourcePools::kSourcesMax) {
    const Placed<SourceBlock>& last = source_blocks.rbegin()->second;
    complain(*last.document, last.block->line, "source",
             "more than " + std::to_string(SourcePools::kSourcesMax) + " sources");
  }
  std::vector<Source> sources = to_sources(source_blocks, complain);
  std::vector<SourcePool> pools;
  std::map<std::string, std::size_t, std::less<>> pool_of_sender;
  for (const auto& [name, placed] : pool_blocks) {
    for (const std::string& sender : placed.block->senders) {
      const auto [known, is_new] = pool_of_sender.emplace(sender, pools.size());
      if (!is_new)
        complain(*placed.document, placed.block->line, "pool." + name + ".senders",
                 "`" + sender + "` is named by the pool `" + pools[known->second].name + "`, too");
    }
    pools.push_back(to_pool(placed, sources, complain));
  }
  return {std::move(sources), std::move(pools), std::move(pool_of_sender)};
}

}  // namespace sesame::shaping
