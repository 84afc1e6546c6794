#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// The way to unsubscribe that mails of a sender address offer unless a request decides it. The errors that
/// name an address carry it as fact "value". Job: read for functions of a Reader, write for functions of a
/// Writer.
namespace sesame::senders {

struct UnsubscribeSetting {
  std::string address;   // As the sender address was given.
  std::string language;  // SES: AddressUnsubscribeConfigData.UnsubscribeConfig, "0" (no link) to "10".
  bool enabled = false;
  bool operator==(const UnsubscribeSetting&) const = default;
};

struct UnsubscribePage {
  std::vector<UnsubscribeSetting> settings;  // Oldest first.
  std::int64_t total = 0;
};

/// Errors: errors::kAddressIllegal, errors::kAddressMissing, errors::kUnsubscribeExists.
Status create_unsubscribe(storage::Writer& writer, const accounts::Scope& scope,
                          const UnsubscribeSetting& setting, std::int64_t now_ms);

/// Errors: errors::kAddressIllegal, errors::kAddressMissing, errors::kUnsubscribeMissing.
Status update_unsubscribe(storage::Writer& writer, const accounts::Scope& scope,
                          const UnsubscribeSetting& setting);

/// Errors: those of update_unsubscribe.
Status delete_unsubscribe(storage::Writer& writer, const accounts::Scope& scope, std::string_view address);

/// The language of the sender address's enabled setting, "0" included. nullopt when it has no enabled
/// setting.
std::optional<std::string> enabled_unsubscribe(storage::Reader& reader, const accounts::Scope& scope,
                                               std::string_view address);

UnsubscribePage list_unsubscribe(storage::Reader& reader, const accounts::Scope& scope, std::int64_t offset,
                                 std::int64_t limit);

}  // namespace sesame::senders
