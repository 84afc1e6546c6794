#pragma once

#include <optional>

#include "actions/rooms.hpp"
#include "audience/hard_bounces.hpp"
#include "audience/uploads.hpp"
#include "base/result.hpp"
#include "bounces/rules.hpp"
#include "campaigns/daily_quota.hpp"
#include "cloudapi/gateway.hpp"
#include "delivery/engine.hpp"
#include "delivery/relay_outlet.hpp"
#include "dns/ares_resolver.hpp"
#include "net/http_poster.hpp"
#include "net/http_server.hpp"
#include "returns/intake.hpp"
#include "senders/domain_list.hpp"
#include "senders/rechecks.hpp"
#include "senders/tracking.hpp"
#include "server/housekeeping.hpp"
#include "server/settings.hpp"
#include "smtp/server.hpp"
#include "webhooks/event_sender.hpp"

/// What each part is told, made from the settings. Pure, but for the files a setting names.
namespace sesame::server {

unsigned loop_count(const Settings& settings);
audience::UploadOptions upload_options(const Settings& settings);
audience::SuppressionRules suppression_rules(const Settings& settings);
cloudapi::GatewayOptions gateway_options(const Settings& settings);
Result<net::HttpServerOptions> http_options(const Settings& settings);
senders::Reputation reputation(const Settings& settings);
/// No limit unless quotas are enforced.
campaigns::DailyQuota daily_quota(const Settings& settings);
delivery::RetryPolicy retry_policy(const Settings& settings);
delivery::EngineLimits engine_limits(const Settings& settings);
/// Error: "settings.value" (no relay named in mode relay, a bad HOST:PORT), "net.tls".
Result<delivery::RelayOptions> relay_options(const Settings& settings);
/// What this server calls itself to other mail servers: the setting, or the machine's name.
std::string own_name(const Settings& settings);
/// Where recipients reach this server: the setting, or else where it listens. Empty: nobody knows (a port
/// that the kernel chooses).
std::string public_url(const Settings& settings);
senders::Tracking tracking(const Settings& settings);
/// The domain that bounces come back to, in A-label form; empty: they go to the sender address.
std::string bounce_domain(const Settings& settings);
Keeping keeping(const Settings& settings);
/// The built-in rules, extended by the file that bounces.rules names. Error: "bounces.rules".
Result<bounces::BounceRules> bounce_rules(const Settings& settings);
net::HttpPosterOptions poster_options(const Settings& settings);
webhooks::EventSenderOptions event_sender_options(const Settings& settings);
/// Of the SMTP server that takes what comes back; nothing when it is off.
/// Error: "settings.value" (a bad HOST:PORT, no bounces.domain), "net.tls".
Result<std::optional<smtp::ServerOptions>> return_server_options(const Settings& settings);
returns::IntakeLimits intake_limits(const Settings& settings);
/// Whether sender domains are verified by their DNS records.
bool verifies_by_dns(const Settings& settings);
/// Error: "settings.value" (a resolver that is not HOST:PORT).
Result<dns::AresOptions> resolver_options(const Settings& settings);
senders::DomainOptions domain_options(const Settings& settings);
senders::RecheckOptions recheck_options(const Settings& settings);
/// The limits and options among the rooms; the references are the caller's.
void fill_rooms(const Settings& settings, actions::Rooms& rooms);
/// Where the database lies: the setting, or sesame.db in the data folder. Error: "settings.value".
Result<std::string> database_path(const Settings& settings);

}  // namespace sesame::server
