#pragma once

#include <memory>
#include <optional>

#include "audience/hard_bounces.hpp"
#include "base/result.hpp"
#include "bounces/rules.hpp"
#include "campaigns/daily_quota.hpp"
#include "cloudapi/gateway.hpp"
#include "delivery/engine.hpp"
#include "delivery/relay_outlet.hpp"
#include "dns/ares_resolver.hpp"
#include "engagement/visitors.hpp"
#include "net/http_server.hpp"
#include "senders/domains.hpp"
#include "server/settings.hpp"
#include "smtp/server.hpp"
#include "webhooks/event_sender.hpp"

/// Builds the options that need more than one options struct of the settings: settings that must fit
/// together, values that depend on the machine. All others come straight from Settings::get(). Pure, but for
/// the files that a setting names.
namespace sesame::server {

unsigned loop_count(const Settings& settings);
cloudapi::GatewayOptions gateway_options(const Settings& settings);
/// The address at which browsers reach the console: console.url, or `listening`, the address where it
/// listens.
std::string console_base(const Settings& settings, const std::string& listening);
/// Where the console listens by the settings, as a browser on this machine reaches it:
/// "http://127.0.0.1:8080".
std::string console_address(const Settings& settings);
/// The address with a host that a browser can open in place of "all addresses".
std::string browsable(std::string address);
/// The names under which the console is served; lower case, without ports.
std::vector<std::string> console_hosts(const Settings& settings);
/// Error: errors::kSettingValue (a certificate without a key, or a key without a certificate).
Result<net::HttpServerOptions> http_options(const Settings& settings);
/// The identity of a server. Error: errors::kSettingValue that names `section`.certificate or `section`.key.
Result<net::TlsContext> server_tls(const Settings& settings, const std::string& section,
                                   const net::TlsIdentity& identity);
/// With the delivery mode, by which simulated entries count.
audience::SuppressionRules suppression_rules(const Settings& settings);
/// No limit unless quotas are enforced.
campaigns::DailyQuota daily_quota(const Settings& settings);
delivery::EngineLimits engine_limits(const Settings& settings);
/// Error: errors::kSettingValue (no relay named in mode relay, a file without certificates).
Result<delivery::RelayOptions> relay_options(const Settings& settings);
/// A resolver on a thread of its own. Error: errors::kSettingValue.
Result<std::unique_ptr<dns::AresResolver>> start_resolver(const Settings& settings);
/// The name of this server in EHLO: the setting, or the machine's name.
std::string own_name(const Settings& settings);
/// The URL at which recipients reach this server, its host in A-label form and without a slash at its end:
/// the setting, or else the address on which it listens. Empty when it is unknown (a port that the kernel
/// chooses).
std::string public_url(const Settings& settings);
/// How receivers of webhooks are connected to. Error: errors::kSettingValue (certificates that can't be
/// read).
Result<webhooks::PostingOptions> posting_options(const Settings& settings);
/// The bounce domain in A-label form; empty: bounces go to the sender address.
std::string bounce_domain(const Settings& settings);
/// The built-in rules, extended by the file that bounces.rules names. Error: errors::kSettingValue.
Result<bounces::BounceRules> bounce_rules(const Settings& settings);
/// The built-in rules, extended by the file that tracking.visitors names. Error: errors::kSettingValue.
Result<engagement::VisitorRules> visitor_rules(const Settings& settings);
/// The SMTP server that receives returned mail; nullopt when it is off.
/// Error: errors::kSettingValue (no bounces.domain, a certificate that can't be used).
Result<std::optional<smtp::ServerOptions>> return_server_options(const Settings& settings);
/// Whether sender domains are verified by their DNS records.
bool verifies_by_dns(const Settings& settings);
senders::DomainOptions domain_options(const Settings& settings);
/// The path of the database: the setting, or sesame.db in the data folder. Error: errors::kSettingValue.
Result<std::string> database_path(const Settings& settings);

}  // namespace sesame::server
