#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// How the mails of a sender address offer to unsubscribe, when a request does not say. Plain functions for
/// use inside database jobs. The errors that name an address carry it as fact "value".
namespace sesame::senders {

struct UnsubscribeSetting {
  std::string address;   ///< As the sender address was given.
  std::string language;  ///< SES: AddressUnsubscribeConfigData.UnsubscribeConfig, "0" (no link) to "10".
  bool enabled = false;
  bool operator==(const UnsubscribeSetting&) const = default;
};

struct UnsubscribePage {
  std::vector<UnsubscribeSetting> settings;  ///< Oldest first.
  std::int64_t total = 0;
};

/// Errors: "senders.address_illegal", "senders.address_missing", "senders.unsubscribe_exists".
Status create_unsubscribe(storage::Writer& writer, const accounts::Scope& scope,
                          const UnsubscribeSetting& setting, std::int64_t now_ms);

/// Errors: "senders.address_illegal", "senders.address_missing", "senders.unsubscribe_missing".
Status update_unsubscribe(storage::Writer& writer, const accounts::Scope& scope,
                          const UnsubscribeSetting& setting);

/// Errors: those of update_unsubscribe.
Status delete_unsubscribe(storage::Writer& writer, const accounts::Scope& scope, std::string_view address);

/// The setting of a sender address that is switched on: its language, "0" included. None: there is none.
std::optional<std::string> enabled_unsubscribe(storage::Reader& reader, const accounts::Scope& scope,
                                               std::string_view address);

UnsubscribePage list_unsubscribe(storage::Reader& reader, const accounts::Scope& scope, std::int64_t offset,
                                 std::int64_t limit);

}  // namespace sesame::senders
