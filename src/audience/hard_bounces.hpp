#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "storage/database.hpp"

/// The automatic suppression list: addresses that do not exist, as the servers that should know them said.
/// All accounts share what a server said when it was spoken to: whoever mails such an address harms the
/// reputation of the whole installation. What came by mail may be forged by anybody who saw the mail it is
/// about; it counts for the account that had sent that. Plain functions for the inside of database jobs;
/// addresses are compared by mime::canonical_address.
namespace sesame::audience {

struct SuppressionRules {
  std::int64_t bounce_days = 14;  // SES: ListBlackEmailAddress: an address is blocked for so long.

  /// Bounces at or before this moment no longer count.
  std::int64_t bounces_end_ms(std::int64_t now_ms) const { return now_ms - bounce_days * 86'400'000; }
};

/// Borrowed text.
struct NewHardBounce {
  const accounts::Scope& scope;  // Whose mail it was.
  std::string_view address;
  std::string_view reply;  // The server's words.
  std::int64_t bounced_ms = 0;
  bool shared = true;  // All accounts heed it; else only that of the scope.
};
/// Puts addresses on the list; one that is there already starts anew. One that is not shared does nothing to
/// an address that a shared one keeps away. Removes a few that no longer count.
void record_hard_bounces(storage::Writer& writer, std::span<const NewHardBounce> bounces,
                         const SuppressionRules& rules, std::int64_t now_ms);

struct HardBounceFilter {
  std::int64_t from_ms = 0;  // Bounced at or after, and
  std::int64_t to_ms = 0;    // before this.
  std::string_view address;  // Exactly this one; empty: all.
  std::uint64_t offset = 0;
  std::uint64_t limit = 100;
};
struct HardBounce {
  std::string address;
  std::string reply;
  std::int64_t bounced_ms = 0;
};
struct HardBouncePage {
  std::uint64_t total = 0;          // All that match, whatever the page.
  std::vector<HardBounce> bounces;  // The newest first.
};
/// Only bounces that still count. All accounts heed the list, but each sees its own part: the addresses whose
/// last bounce was of its mail. Who asks for one address by its name is told what this account heeds.
HardBouncePage list_hard_bounces(storage::Reader& reader, const accounts::Scope& scope,
                                 const HardBounceFilter& filter, const SuppressionRules& rules,
                                 std::int64_t now_ms);

/// Takes off the list what the account heeds of it, whoever's mail put it there: who may name an address may
/// try it again. Those that are not on it don't matter.
void delete_hard_bounces(storage::Writer& writer, const accounts::Scope& scope,
                         std::span<const std::string> addresses);

}  // namespace sesame::audience
