#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "accounts/scope.hpp"
#include "base/setting.hpp"
#include "senders/domains.hpp"
#include "storage/database.hpp"

/// The sender domains in brief.
namespace sesame::senders {

/// The mails that a domain may send in a day, by its level. SES: the specification's table of reputation
/// levels.
struct Reputation {
  /// Mails a day at level 1, 2, ...; never empty.
  std::vector<std::int64_t> daily_quotas{500,     1'000,   2'000,   5'000,   10'000,  20'000,   40'000,
                                         60'000,  80'000,  100'000, 150'000, 200'000, 300'000,  400'000,
                                         500'000, 600'000, 700'000, 800'000, 900'000, 1'000'000};
  std::int64_t level = 1;  // The level of every domain; a level beyond the table counts as its last.
  bool enforced = false;   // Whether daily_quota() limits what is sent.

  void visit(SettingVisitor& settings) {
    settings.numbers(
        "reputation.daily_quotas", daily_quotas, {1, 1'000'000'000},
        "mails a day that a sender domain of level 1, 2, ... may send; ListEmailIdentities shows "
        "the limit");
    settings.number("reputation.level", level, {1, 1000},
                    "level of the sender domains; a level beyond the last counts as the last");
    settings.flag("reputation.enforced", enforced,
                  "whether a sender domain may send no more a day than its level allows; false: no limit");
  }

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
