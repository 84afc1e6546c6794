#pragma once

#include <optional>
#include <string_view>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// Whether it is followed who opens a mail and who clicks on its links: settings of a sender address, of an
/// account in a region, and of the server, each overruling the next. Plain functions for use inside database
/// jobs.
namespace sesame::senders {

struct Tracking {
  bool opens = true;
  bool clicks = true;
  bool operator==(const Tracking&) const = default;
};

/// What one level says; nothing: as the level above.
struct TrackingSetting {
  std::optional<bool> opens;
  std::optional<bool> clicks;
  bool operator==(const TrackingSetting&) const = default;
};

/// What holds for mail from this address, known or not; an empty one: for the account. `server` is what the
/// server's settings say.
Tracking tracking_of(storage::Reader& reader, const accounts::Scope& scope, std::string_view address,
                     const Tracking& server);

/// The setting of a sender address; an empty one: the account's. Errors (fact "value"):
/// "senders.address_illegal", "senders.address_missing".
Result<TrackingSetting> find_tracking(storage::Reader& reader, const accounts::Scope& scope,
                                      std::string_view address);

/// Replaces it. Mail that was accepted or whose run has started stays as it is. Errors as above.
Status set_tracking(storage::Writer& writer, const accounts::Scope& scope, std::string_view address,
                    const TrackingSetting& setting);

}  // namespace sesame::senders
