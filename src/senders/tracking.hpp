#pragma once

#include <optional>
#include <string_view>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "base/setting.hpp"
#include "storage/database.hpp"

/// Whether opens and clicks are tracked: settings of a sender address, of a scope, and of the server, each
/// overruling the next. Job: read for functions of a Reader, write for functions of a Writer.
namespace sesame::senders {

struct Tracking {
  bool opens = true;
  bool clicks = true;
  bool operator==(const Tracking&) const = default;

  void visit(SettingVisitor& settings) {
    settings.flag("tracking.opens", opens,
                  "whether opens of html mails are tracked, unless UpdateTrackingSetting says otherwise");
    settings.flag("tracking.clicks", clicks,
                  "whether clicks in html mails are tracked, unless UpdateTrackingSetting says otherwise");
  }
};

/// The setting of one level; nullopt inherits from the level above.
struct TrackingSetting {
  std::optional<bool> opens;
  std::optional<bool> clicks;
  bool operator==(const TrackingSetting&) const = default;
};

/// The tracking of mail from this address, known or not; with an empty address, of the scope. `server` holds
/// the server's settings.
Tracking tracking_of(storage::Reader& reader, const accounts::Scope& scope, std::string_view address,
                     const Tracking& server);

/// The setting of a sender address; with an empty address, of the scope. Errors (fact "value"):
/// errors::kAddressIllegal, errors::kAddressMissing.
Result<TrackingSetting> find_tracking(storage::Reader& reader, const accounts::Scope& scope,
                                      std::string_view address);

/// Replaces the setting. Mail that was accepted, or whose run has started, is not changed. Errors: those of
/// find_tracking.
Status set_tracking(storage::Writer& writer, const accounts::Scope& scope, std::string_view address,
                    const TrackingSetting& setting);

}  // namespace sesame::senders
