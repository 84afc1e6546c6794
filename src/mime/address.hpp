#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

/// Mail addresses: which ones are acceptable, when two are the same, how they go on the wire.
///
/// An address is a mailbox of RFC 5321 §4.1.2 with the extensions of RFC 6531 (UTF-8 local parts and
/// internationalised domains). Quoted local parts are accepted; address literals (`a@[192.0.2.1]`), comments
/// and domains of a single label are not: no recipient on the Internet has one. Every function is pure; plain
/// ASCII addresses take a path without allocation. Thread: any.
namespace sesame::mime {

inline constexpr std::size_t kMaxAddressBytes = 254;  // RFC 5321 §4.5.3.1.3: 256 with its brackets
inline constexpr std::size_t kMaxLocalBytes = 64;     // RFC 5321 §4.5.3.1.1
inline constexpr std::size_t kMaxDomainBytes = 253;   // RFC 1035 §2.3.4, in text form
inline constexpr std::size_t kMaxLabelBytes = 63;     // RFC 1035 §2.3.4
inline constexpr std::size_t kMaxAliasBytes = 512;

/// The faults of an address. The numbers are stored with recipients: append, never renumber.
enum class AddressFault : std::uint8_t {
  none = 0,
  empty = 1,
  too_long = 2,        // More than kMaxAddressBytes, as given or with its domain in A-label form.
  no_at = 3,           // No `@` outside quotes.
  bad_local = 4,       // Not a dot-atom and not a quoted string.
  local_too_long = 5,  // More than kMaxLocalBytes before the `@`.
  bad_domain = 6,      // Not two or more labels of letters, digits and inner hyphens; or not a valid IDN.
  not_utf8 = 7,
  invisible = 8,  // A character that nobody sees (base/invisible.hpp).
};

/// An English sentence fragment for people; empty for AddressFault::none: "the part after @ is not a domain
/// name".
std::string_view explain(AddressFault fault);

/// A sentence fragment about this address, which has that fault: it names the character where there is one to
/// name.
std::string explain(AddressFault fault, std::string_view address);

AddressFault check_address(std::string_view address);

/// Checks `address` and appends its comparison key to `out`, in one pass over plain ASCII: two addresses are
/// the same recipient exactly when their keys are equal. The key is the whole address case-folded, Unicode in
/// NFC, needless quotes removed, the domain in lower-case A-label form (RFC 5890 §2.3.2.1). It is itself a
/// valid address with the same key. A faulty address also gets a key (its bytes with ASCII lower-cased), so
/// that repeats of it are recognised. Nothing is allocated for plain ASCII when `out` has the capacity; a key
/// is at most three times as long as the address (only case folding of Unicode and A-labels make it longer).
AddressFault append_canonical(std::string& out, std::string_view address);

/// The key that append_canonical appends, as a string of its own.
std::string canonical_address(std::string_view address);

/// The domain in lower-case A-label form, as it goes into DNS and SMTP; nullopt when it is not acceptable.
std::optional<std::string> ascii_domain(std::string_view domain);

/// The part after the last `@` of an acceptable address (as given); empty when the address has no `@`.
std::string_view domain_of(std::string_view address);

/// An acceptable address as it goes into MAIL and RCPT: local part untouched, domain in A-label form (RFC
/// 6531 §3.2). nullopt when the address has a fault.
std::optional<std::string> envelope_address(std::string_view address);

/// Whether the local part of an acceptable address can only travel with SMTPUTF8 (RFC 6531 §3.4).
bool needs_smtputf8(std::string_view address);

/// A person or program with an address; the name may be empty. Both UTF-8, neither encoded.
struct Mailbox {
  std::string display_name;
  std::string address;

  bool operator==(const Mailbox&) const = default;
};

/// Reads `addr` or `alias <addr>`: exactly one space before `<`, no `:` in the alias (SES:
/// SendEmail.FromEmailAddress). An alias in double quotes is taken without them. Errors, each with the given
/// text as fact "value": errors::kMailboxMalformed (brackets or spaces, control characters, alias too long or
/// not UTF-8), errors::kAliasColon, errors::kMailboxBadAddress (fact "rule": explain() of the fault).
Result<Mailbox> parse_mailbox(std::string_view text);

}  // namespace sesame::mime
