#include "shaping/source_pools.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/ascii.hpp"

namespace sesame::shaping {
namespace {

/// A number of its own for each pair, evenly spread over (0, 1).
double even_number(std::string_view recipient, const Source& source) {
  constexpr double kStep = 0x1p-53;
  const std::uint64_t seed = XXH3_64bits(source.name.data(), source.name.size());
  const std::uint64_t hash = XXH3_64bits_withSeed(recipient.data(), recipient.size(), seed);
  return (static_cast<double>(hash >> 11U) + 0.5) * kStep;
}

}  // namespace

SourcePools::SourcePools(std::vector<Source> sources, std::vector<SourcePool> pools,
                         std::map<std::string, std::size_t, std::less<>> pool_of_sender)
    : sources_(std::move(sources)), pools_(std::move(pools)), pool_of_sender_(std::move(pool_of_sender)) {
  const auto named = std::ranges::find(pools_, kDefaultPool, &SourcePool::name);
  SourcePool last{.name = std::string(kDefaultPool), .shares = {}};
  if (named != pools_.end()) {
    last = *named;
  } else {
    for (std::size_t i = 0; i < sources_.size(); ++i) last.shares.push_back({.source = i});
  }
  pools_.push_back(std::move(last));
}

const SourcePool& SourcePools::pool_of(std::string_view sender) const {
  const auto found = pool_of_sender_.find(sender);
  return found == pool_of_sender_.end() ? pools_.back() : pools_[found->second];
}

/// Weighted rendezvous hashing: each source draws a number, and the largest of ln(number) / weight wins.
std::vector<const Source*> SourcePools::order(const SourcePool& pool, std::string_view recipient) const {
  const std::string mailbox = ascii::lower(recipient);
  std::vector<std::pair<double, const Source*>> drawn;
  for (const SourcePool::Share& share : pool.shares) {
    const Source& source = sources_[share.source];
    drawn.emplace_back(std::log(even_number(mailbox, source)) / share.weight, &source);
  }
  std::ranges::sort(drawn, std::greater<>{});
  std::vector<const Source*> order;
  for (const auto& [number, source] : drawn) order.push_back(source);
  return order;
}

}  // namespace sesame::shaping
