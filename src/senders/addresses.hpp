#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "base/setting.hpp"
#include "mime/address.hpp"
#include "storage/database.hpp"

/// The addresses an account sends from. Job: read for functions of a Reader, write for functions of a Writer.
namespace sesame::senders {

struct SenderAddress {
  std::int64_t id = 0;
  std::string address;  // As it was given.
  std::string alias;    // The display name; may be empty.
  std::int64_t created_ms = 0;
  bool has_smtp_password = false;
};

struct AddressOptions {
  std::int64_t addresses_per_domain_max = 10;

  void visit(SettingVisitor& settings) {
    settings.number("limits.senders_per_domain", addresses_per_domain_max, {1, 1'000'000'000},
                    "sender addresses at one domain");
  }
};

/// Error: errors::kNameIllegal: control characters, `:`, `<` or `>` (the alias could not be written as `alias
/// <address>`), not UTF-8, or more than 255 bytes. Pure. Thread: any.
Status check_alias(std::string_view alias);

/// Adds an address at a verified domain of the scope; returns its id.
/// Errors: errors::kAddressIllegal, errors::kNameIllegal, errors::kAddressDomainMissing,
/// errors::kDomainNotVerified, errors::kAddressTaken,
/// errors::kTooManyAddresses.
Result<std::int64_t> create_address(storage::Writer& writer, const accounts::Scope& scope,
                                    std::string_view address, std::string_view alias, std::int64_t now_ms,
                                    const AddressOptions& options = {});

/// Removes an address and its settings; mail that was accepted from it still goes out.
/// Error: errors::kAddressMissing.
Status delete_address(storage::Writer& writer, const accounts::Scope& scope, std::string_view address);

/// All addresses of the scope, oldest first (at most domains × addresses_per_domain_max).
std::vector<SenderAddress> list_addresses(storage::Reader& reader, const accounts::Scope& scope);

/// Finds an address, compared case-insensitively as a whole. nullopt when the scope has no such address.
std::optional<SenderAddress> find_address(storage::Reader& reader, const accounts::Scope& scope,
                                          std::string_view address);

/// A sender that may mail: a sender address with its display name and its domain.
struct ResolvedSender {
  mime::Mailbox mailbox;  // The display name is the given one, else the address's alias.
  std::int64_t domain_id = 0;
  std::string domain;  // Lower case, A-labels: the name that signers_for wants.
};

/// Reads `address` or `alias <address>` (exactly one space before `<`; SES: SendEmail.FromEmailAddress) and
/// looks the address up. Errors, in this order: errors::kSenderMalformed; errors::kSenderDomainMissing;
/// errors::kSenderNotVerified (the domain is there, not verified); errors::kSenderUnknown (no such address).
Result<ResolvedSender> resolve_sender(storage::Reader& reader, const accounts::Scope& scope,
                                      std::string_view sender);

}  // namespace sesame::senders
