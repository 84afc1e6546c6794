#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/setting.hpp"
#include "storage/database.hpp"

/// The automatic suppression list: addresses that do not exist, by the word of the servers responsible for
/// them. All accounts heed an entry that a server caused in the SMTP dialogue: mailing such an address harms
/// the reputation of the whole installation. The reply and its time belong to the account that had sent the
/// mail: it has an entry of its own beside the one that all heed. A bounce mail may be forged by anybody who
/// saw the mail it is about; it makes only the entry of the account. Addresses are compared by
/// mime::canonical_address. Job: read for functions of a Reader, write for functions of a Writer.
namespace sesame::audience {

struct SuppressionRules {
  std::int64_t bounce_days = 14;  // SES: ListBlackEmailAddress: the days for which an address is blocked.

  void visit(SettingVisitor& settings) {
    settings.number(
        "suppression.bounce_days", bounce_days, {0, 3650},
        "days for which an address that bounced for good is not mailed; 0: it is never suppressed");
  }

  /// Whether mail goes into the sandbox inbox. Simulated entries, of bounces and of unsubscribed recipients,
  /// count then; elsewhere they don't. Not a setting of its own: it follows `delivery.mode`.
  bool sandbox = false;

  /// Bounces at or before this moment no longer count.
  std::int64_t bounces_end_ms(std::int64_t now_ms) const { return now_ms - bounce_days * 86'400'000; }
};

/// Borrowed text.
struct NewHardBounce {
  const accounts::Scope& scope;  // The scope of the mail that bounced.
  std::string_view address;
  std::string_view reply;  // The server's words.
  std::int64_t bounced_ms = 0;
  bool shared = true;  // True when it counts for all accounts; else only for that of the scope.
  bool simulated =
      false;  // Not shared: nobody refused a mail. It takes no place of a real bounce that counts.
};
/// Puts addresses on the list; the time of an address on it starts again. Removes a few expired entries.
void record_hard_bounces(storage::Writer& writer, std::span<const NewHardBounce> bounces,
                         const SuppressionRules& rules, std::int64_t now_ms);

struct HardBounceFilter {
  std::int64_t from_ms = 0;  // Bounced at or after this moment.
  std::int64_t to_ms = 0;    // Bounced before this moment.
  std::string_view address;  // Only this address; empty: all.
  std::uint64_t offset = 0;
  std::uint64_t limit = 100;
};
struct HardBounce {
  std::string address;
  std::string reply;            // Empty when other accounts' mail bounced.
  std::int64_t bounced_ms = 0;  // 0: other accounts' mail bounced.
  bool simulated = false;
};
struct HardBouncePage {
  std::uint64_t total = 0;          // All bounces that match, on any page.
  std::vector<HardBounce> bounces;  // The newest first.
};
/// Lists bounces of this account's mail that still count. A query for one address by its name also finds an
/// entry that all accounts heed, without its reply and its time, whatever days the filter has.
HardBouncePage list_hard_bounces(storage::Reader& reader, const accounts::Scope& scope,
                                 const HardBounceFilter& filter, const SuppressionRules& rules,
                                 std::int64_t now_ms);

/// Removes addresses from the list as far as they count for the account: a caller who can name an address may
/// try it again. An entry that all accounts heed stays for the others; the account is exempt from it until
/// the address bounces again. Addresses that are not on the list are ignored.
void delete_hard_bounces(storage::Writer& writer, const accounts::Scope& scope,
                         std::span<const std::string> addresses, std::int64_t now_ms);

/// The owner (column heard_by) of entries that all accounts heed.
inline constexpr std::int64_t kAllAccounts = 0;

/// Whether the account is exempt from an entry that all heed and that bounced at this time. Job: read.
bool is_exempt(storage::Reader& reader, const accounts::Scope& scope, std::string_view canonical,
               std::uint64_t hash, std::int64_t bounced_ms);

}  // namespace sesame::audience
