#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/site_record.hpp"
#include "messages/admission.hpp"
#include "routing/site.hpp"
#include "shaping/path_memory.hpp"
#include "shaping/rules.hpp"

/// Sites, paths and holds of mode direct as people see them.
namespace sesame::delivery {

class Site;

/// A site that is looked at. A value, also when the site is forgotten meanwhile.
struct SiteInView {
  routing::SiteKey servers;
  std::string destination;  // With limits of its own; mostly empty.
  std::shared_ptr<const Site> site;
  std::shared_ptr<const std::vector<std::string>> hosts;
};

enum class SiteState : std::uint8_t {
  untried,  // No mail ended yet.
  up,
  probing,  // One connection tries it, after a hold or a failure.
  down,     // No server could be reached, and the next try comes later.
  held,     // Nothing is sent over its path.
};
/// "untried".
std::string_view name_of(SiteState state);

/// A site at one moment.
struct SiteView {
  std::string path;      // The name of the path whose pace it keeps.
  std::string provider;  // Empty: none.
  SiteState state = SiteState::untried;
  std::int64_t since_ms = 0;  // The begin of `held` or `down`; 0: not known.
  std::int64_t until_ms = 0;  // The end of a hold; 0: none.
  std::string rule;           // That of the newest hold or cut; empty: none.
  std::string reply;          // The one that caused it, or the failure of a site that is down.
  unsigned connections = 0;   // Its own, open and opening.
  // Those of the path.
  unsigned path_connections = 0;
  unsigned connections_allowed = 0;
  double mails_per_second = 0;  // In the last seconds.
  double mails_per_second_allowed = 0;

  std::size_t waiting = 0;    // Mails in memory that have not begun.
  std::size_t under_way = 0;  // Mails that are being sent.
  SiteRecord::Counts last_hour;
};
/// Thread: any.
SiteView view_of(const SiteInView& seen);
/// The last different replies of its servers, the newest first. Thread: any.
std::vector<SiteRecord::Reply> replies_of(const SiteInView& seen);

/// Why mail to a site waits: the hold of its path, or of this sender there, else its servers alone. Thread:
/// any.
messages::CrowdReason reason_to_wait(const Site& site, std::string_view sender);

/// The limit that a site's mail meets.
enum class Binding : std::uint8_t { none, hold, down, probe, rate, connections };
/// "none".
std::string_view name_of(Binding binding);
/// Pure.
Binding binding_of(const SiteView& view);

/// A hold of a path.
struct HeldPath {
  std::string path;      // With " from " and the sender domain when that alone is held.
  std::string provider;  // Empty: none, or not known while the path has no mail.
  std::string sender;    // The sender domain that alone is held; empty: all mail.
  shaping::HoldState hold;
};

/// How mail to a destination is limited.
struct DestinationView {
  std::string path;
  std::string provider;
  std::vector<std::string> provider_match;  // The ends of names by which the rules know its servers.
  std::string destination;                  // With limits of its own; mostly empty.
  std::vector<shaping::Rules::Value> limits;
  std::optional<SiteInView> site;  // In memory.
};

}  // namespace sesame::delivery
