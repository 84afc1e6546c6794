#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "storage/database.hpp"

/// Who does not want the mail of a sender domain any more. An entry counts until it is taken off, and the
/// list has no limit of its own: to refuse an entry would be to mail somebody who asked not to be. Plain
/// functions for the inside of database jobs; addresses are compared by mime::canonical_address, domains in
/// lower-case A-label form.
namespace sesame::audience {

/// Stored: never renumber.
enum class UnsubscribeReason : std::uint8_t { unsubscribed = 1, complained = 2 };

/// Borrowed text.
struct NewUnsubscribe {
  const accounts::Scope& scope;
  std::string_view sender_domain;
  std::string_view address;
  UnsubscribeReason reason = UnsubscribeReason::unsubscribed;
  std::int64_t created_ms = 0;
};
/// False: the recipient was on the list already. One who complains then stays there for that reason; the
/// reverse changes nothing.
bool add_unsubscribe(storage::Writer& writer, const NewUnsubscribe& entry);

/// Why the recipient is on the domain's list; nothing when they are not. One look-up in an index, however
/// long the list is.
std::optional<UnsubscribeReason> find_unsubscribe(storage::Reader& reader, const accounts::Scope& scope,
                                                  std::string_view sender_domain, std::string_view address);

/// Takes recipients off the list of a domain. Returns how many were on it.
std::size_t remove_unsubscribes(storage::Writer& writer, const accounts::Scope& scope,
                                std::string_view sender_domain, std::span<const std::string> addresses);

struct UnsubscribeFilter {
  std::string_view sender_domain;  // Empty: all.
  std::string_view address;        // Exactly this one; empty: all.
  std::uint64_t offset = 0;
  std::uint64_t limit = 100;
};
struct Unsubscribe {
  std::string sender_domain;
  std::string address;
  UnsubscribeReason reason = UnsubscribeReason::unsubscribed;
  std::int64_t created_ms = 0;
};
struct UnsubscribeList {
  std::uint64_t total = 0;           // All that match, whatever the page.
  std::vector<Unsubscribe> entries;  // The newest first.
};
UnsubscribeList list_unsubscribes(storage::Reader& reader, const accounts::Scope& scope,
                                  const UnsubscribeFilter& filter);

}  // namespace sesame::audience
