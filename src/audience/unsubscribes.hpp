#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "storage/database.hpp"

/// The recipients who unsubscribed from a sender domain. An entry counts until it is removed, and the list
/// has no limit of its own: refusing an entry would mean mailing somebody who asked not to be mailed.
/// Addresses are compared by mime::canonical_address, domains in lower-case A-label form. Job: read for
/// functions of a Reader, write for functions of a Writer.
namespace sesame::audience {

/// The reason of an entry. Stored: never renumber.
enum class UnsubscribeReason : std::uint8_t { unsubscribed = 1, complained = 2 };

/// Borrowed text.
struct NewUnsubscribe {
  const accounts::Scope& scope;
  std::string_view sender_domain;
  std::string_view address;
  UnsubscribeReason reason = UnsubscribeReason::unsubscribed;
  std::int64_t created_ms = 0;
  bool simulated = false;  // Counts for mail into the sandbox only (SuppressionRules::sandbox).
};
/// Puts a recipient on the list; false when they were on it already. A complaint replaces the reason
/// `unsubscribed`; the reverse changes nothing, nor does a simulated complaint change a real entry. A real
/// entry replaces a simulated one, and counts as new.
bool add_unsubscribe(storage::Writer& writer, const NewUnsubscribe& entry);

/// The reason why the recipient is on the domain's list; nullopt when they are not, or only by a simulated
/// entry, which they did not ask for. Costs one look-up in an index, for a list of any length.
std::optional<UnsubscribeReason> find_unsubscribe(storage::Reader& reader, const accounts::Scope& scope,
                                                  std::string_view sender_domain, std::string_view address);

/// Removes recipients from the list of a domain. Returns the number that were on it.
std::size_t remove_unsubscribes(storage::Writer& writer, const accounts::Scope& scope,
                                std::string_view sender_domain, std::span<const std::string> addresses);

struct UnsubscribeFilter {
  std::string_view sender_domain;  // Only this domain; empty: all.
  std::string_view address;        // Only this address; empty: all.
  std::uint64_t offset = 0;
  std::uint64_t limit = 100;
};
struct Unsubscribe {
  std::string sender_domain;
  std::string address;
  UnsubscribeReason reason = UnsubscribeReason::unsubscribed;
  std::int64_t created_ms = 0;
  bool simulated = false;
};
struct UnsubscribeList {
  std::uint64_t total = 0;           // All entries that match, on any page.
  std::vector<Unsubscribe> entries;  // The newest first.
};
UnsubscribeList list_unsubscribes(storage::Reader& reader, const accounts::Scope& scope,
                                  const UnsubscribeFilter& filter);

}  // namespace sesame::audience
