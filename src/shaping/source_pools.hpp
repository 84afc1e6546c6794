#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.hpp"

namespace sesame::shaping {

/// An address of this machine from which mail leaves, and the name that it greets with.
struct Source {
  std::string name;
  net::Address address;
  std::string helo_name;  // Fully qualified, in A-labels.

  bool operator==(const Source&) const = default;
};

/// Sources that share the mail of some senders.
struct SourcePool {
  struct Share {
    std::size_t source = 0;  // Its place among SourcePools::sources().
    unsigned weight = 1;     // Its part of the pool's mail is its weight by those of all.
    bool operator==(const Share&) const = default;
  };
  std::string name;
  std::vector<Share> shares;  // At least one.
  bool operator==(const SourcePool&) const = default;
};

/// The sources of mode direct, and whose mail each carries. Without any, the system chooses the address.
/// Immutable. Thread: any.
class SourcePools {
 public:
  static constexpr std::size_t kSourcesMax = 256;
  static constexpr std::string_view kDefaultPool = "default";

  SourcePools() = default;
  /// `pool_of_sender`: places among `pools` by domain, in lower case. Mail of other senders takes the pool
  /// "default"; without one, all sources alike.
  SourcePools(std::vector<Source> sources, std::vector<SourcePool> pools,
              std::map<std::string, std::size_t, std::less<>> pool_of_sender);

  const std::vector<Source>& sources() const { return sources_; }
  bool empty() const { return sources_.empty(); }
  /// The pool of mail from this domain; empty: the default pool. Not without sources.
  const SourcePool& pool_of(std::string_view sender) const;
  /// The sources of a pool in the order in which mail to this recipient prefers them. It is the same each
  /// time, so that a server that greylists meets the address that it knows, and when a source comes or goes,
  /// only its own part of the recipients moves (rendezvous hashing).
  std::vector<const Source*> order(const SourcePool& pool, std::string_view recipient) const;

 private:
  std::vector<Source> sources_;
  std::vector<SourcePool> pools_;  // The last one is the default.
  std::map<std::string, std::size_t, std::less<>> pool_of_sender_;
};

}  // namespace sesame::shaping
