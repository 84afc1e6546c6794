#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "accounts/scope.hpp"
#include "senders/domains.hpp"
#include "storage/database.hpp"

/// The sender domains in brief.
namespace sesame::senders {

/// The mails that a domain may send in a day, by its level. SES: the specification's table of reputation
/// levels.
struct Reputation {
  std::vector<std::int64_t> daily_quotas;  // Mails a day at level 1, 2, ...; never empty.
  std::int64_t level = 1;  // The level of every domain; a level beyond the table counts as its last.

  std::int64_t level_max() const { return static_cast<std::int64_t>(daily_quotas.size()); }
  std::int64_t effective_level() const { return level < level_max() ? level : level_max(); }
  std::int64_t daily_quota() const { return daily_quotas[static_cast<std::size_t>(effective_level()) - 1]; }
};

struct DomainFilter {
  std::vector<Tag> tags;  // A domain must have all of them.
  std::uint64_t offset = 0;
  std::uint64_t limit = 0;  // 0: all.
};

struct DomainSummary {
  std::string name;
  DkimOption dkim_option = DkimOption::rsa1024;
  bool verified = false;
  std::vector<Tag> tags;
};

struct DomainPage {
  std::vector<DomainSummary> domains;  // Oldest first.
  std::uint64_t total = 0;             // Domains that have the tags, on any page.
};

/// Reads every domain of the scope (at most DomainOptions::domains_max). Job: read.
DomainPage list_domain_page(storage::Reader& reader, const accounts::Scope& scope,
                            const DomainFilter& filter);

}  // namespace sesame::senders
