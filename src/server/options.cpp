#include "server/options.hpp"

#include <unistd.h>

#include <algorithm>
#include <thread>

#include "audience/group_options.hpp"
#include "base/ascii.hpp"
#include "base/error_text.hpp"
#include "cloudapi/request_head.hpp"
#include "console/browser_request.hpp"
#include "console/options.hpp"
#include "mime/address.hpp"
#include "net/address_ranges.hpp"
#include "net/http_client.hpp"
#include "net/tls.hpp"
#include "returns/return_addresses.hpp"
#include "senders/domain_list.hpp"
#include "senders/rechecks.hpp"
#include "server/server_settings.hpp"
#include "server/setting_checks.hpp"

namespace sesame::server {

namespace {

// A report goes to one return path; RFC 5321 §4.5.3.1.8 asks for more, but a sender splits its mail then.
constexpr std::size_t kReturnRecipientsMax = 20;

std::string host_name() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return "localhost.localdomain";
  const std::string text = name;
  // RFC 5321 §4.1.4: a fully qualified name; many servers refuse a bare host name.
  return text.find('.') == std::string::npos ? text + ".localdomain" : text;
}

}  // namespace

unsigned loop_count(const Settings& settings) {
  const unsigned threads = settings.get<ServerSettings>().threads;
  return threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
}

cloudapi::GatewayOptions gateway_options(const Settings& settings) {
  auto options = settings.get<cloudapi::GatewayOptions>();
  const auto groups = settings.get<audience::GroupOptions>();
  options.bounds = {
      {"limits.recipients_per_request", static_cast<std::int64_t>(groups.recipients_per_request)}};
  const std::string base = link_base(settings.get<ServerSettings>().public_url).value_or("");
  if (const auto target = net::parse_http_target(base); target) options.own_hosts = {target->host_header()};
  if (settings.get<console::ConsoleOptions>().enabled)
    options.call_page = console_base(settings, "") + "/console/calls/";
  return options;
}

std::string console_base(const Settings& settings, const std::string& listening) {
  const std::string url = link_base(settings.get<console::ConsoleOptions>().url).value_or("");
  return url.empty() ? listening : url;
}

std::string console_address(const Settings& settings) {
  const auto options = settings.get<console::ConsoleOptions>();
  const HostPort listen = options.listen ? *options.listen : settings.get<ServerSettings>().listen;
  const bool tls = !settings.get<net::TlsIdentity>().certificate_file.empty();
  return browsable((tls ? "https://" : "http://") + to_text(listen));
}

std::string browsable(std::string address) {
  for (const auto& [everywhere, here] :
       {std::pair<std::string, std::string>("//0.0.0.0:", "//127.0.0.1:"), {"//[::]:", "//[::1]:"}}) {
    const std::size_t at = address.find(everywhere);
    if (at != std::string::npos) address.replace(at, everywhere.size(), here);
  }
  return address;
}

std::vector<std::string> console_hosts(const Settings& settings) {
  const auto options = settings.get<console::ConsoleOptions>();
  const auto server = settings.get<ServerSettings>();
  std::vector<std::string> hosts = {"localhost", "127.0.0.1", "::1"};
  hosts.push_back(ascii::lower(options.listen ? options.listen->host : server.listen.host));
  for (const std::string& url : {server.public_url, options.url}) {
    const auto target = net::parse_http_target(link_base(url).value_or(""));
    if (!url.empty() && target) hosts.push_back(ascii::lower(target->host));
  }
  for (const std::string& host : options.hosts) hosts.push_back(console::host_of(host));
  return hosts;
}

Result<net::HttpServerOptions> http_options(const Settings& settings) {
  auto options = settings.get<net::HttpServerOptions>();
  const HostPort listen = settings.get<ServerSettings>().listen;
  options.host = listen.host;
  options.port = listen.port;
  // A GET carries its parameters in its first line.
  options.max_header_bytes += cloudapi::kQueryBytesMax;
  options.header_timeout = std::min(options.header_timeout, options.body_timeout);
  options.first_byte_timeout = std::min(options.first_byte_timeout, options.idle_timeout);
  if (const auto proxies = net::AddressRanges::parse(options.trusted_proxies); !proxies)
    return settings.refusal("http.trusted_proxies",
                            "addresses and nets in digits, such as 127.0.0.1,10.0.0.0/8");
  auto identity = settings.get<net::TlsIdentity>();
  if (identity.certificate_file.empty() && !identity.key_file.empty())
    return settings.refusal("tls.certificate", "set together with tls.key");
  if (identity.key_file.empty() && !identity.certificate_file.empty())
    return settings.refusal("tls.key", "set together with tls.certificate");
  if (!identity.certificate_file.empty()) options.tls = std::move(identity);
  return options;
}

Result<net::TlsContext> server_tls(const Settings& settings, const std::string& section,
                                   const net::TlsIdentity& identity) {
  Result<net::TlsContext> context = net::TlsContext::server(identity);
  if (context) return context;
  const Error& error = context.error();
  bool is_key = false;
  for (const Error::Fact& fact : error.facts()) is_key = is_key || fact.value == identity.key_file;
  return settings.refusal(section + (is_key ? ".key" : ".certificate"),
                          (is_key ? "a PEM file with the private key of the certificate ("
                                  : "a PEM file with the certificate and its chain (") +
                              error.cause() + ")");
}

audience::SuppressionRules suppression_rules(const Settings& settings) {
  auto rules = settings.get<audience::SuppressionRules>();
  rules.sandbox = settings.get<ServerSettings>().mode == delivery::Mode::sandbox;
  return rules;
}

campaigns::DailyQuota daily_quota(const Settings& settings) {
  const auto reputation = settings.get<senders::Reputation>();
  if (!reputation.enforced) return {};
  return campaigns::DailyQuota(reputation.daily_quota());
}

// Mail of slow sites stays in memory while that of others comes and goes.
constexpr std::size_t kInFlightDirect = 16'384;

delivery::EngineLimits engine_limits(const Settings& settings) {
  auto limits = settings.get<delivery::EngineLimits>();
  limits.composers = std::max(1U, std::thread::hardware_concurrency());
  const bool direct = settings.get<ServerSettings>().mode == delivery::Mode::direct;
  if (direct && settings.entry("delivery.in_flight").origin == "default")
    limits.messages_in_flight = kInFlightDirect;
  return limits;
}

std::string own_name(const Settings& settings) {
  std::string helo = settings.get<delivery::RelayOptions>().server.helo_name;
  return helo.empty() ? host_name() : helo;
}

Result<delivery::RelayOptions> relay_options(const Settings& settings) {
  auto options = settings.get<delivery::RelayOptions>();
  if (options.server.host.empty())
    return settings.refusal("delivery.relay", "HOST:PORT of the smarthost, since delivery.mode is relay");
  options.server.helo_name = own_name(settings);
  net::TlsClientOptions tls;
  tls.ca_file = options.ca_file;
  // Encryption without a verified certificate would give the password to a man in the middle.
  const bool proof_needed = options.server.tls == smtp::TlsPolicy::required || !options.client.user.empty();
  tls.verify = proof_needed ? net::TlsVerify::required : net::TlsVerify::none;
  Result<net::TlsContext> context = net::TlsContext::client(tls);
  if (!context)
    return settings.refusal("delivery.relay_ca",
                            "a PEM file with certificates (" + context.error().cause() + ")");
  options.client.tls_context = std::make_shared<const net::TlsContext>(std::move(*context));
  return options;
}

Result<std::unique_ptr<dns::AresResolver>> start_resolver(const Settings& settings) {
  Result<std::unique_ptr<dns::AresResolver>> started =
      dns::AresResolver::start(settings.get<dns::AresOptions>());
  if (!started) return settings.refusal("dns.resolver", "ADDRESS:PORT; the address in digits");
  return started;
}

Result<webhooks::PostingOptions> posting_options(const Settings& settings) {
  auto options = settings.get<webhooks::PostingOptions>();
  net::TlsClientOptions tls;
  tls.ca_file = options.ca_file;
  if (!options.ca_file.empty() && !net::TlsContext::client(tls))
    return settings.refusal("webhooks.ca", "a PEM file of certificates that can be read");
  return options;
}

std::string public_url(const Settings& settings) {
  const auto server = settings.get<ServerSettings>();
  // Settings::load() refuses a URL that has no such form.
  std::string url = link_base(server.public_url).value_or("");
  // Mail that leaves must not contain links to an address that only this machine reaches.
  const bool stays = server.mode == delivery::Mode::sandbox;
  if (!url.empty() || !stays || server.listen.port == 0) return url;
  const bool tls = !settings.get<net::TlsIdentity>().certificate_file.empty();
  return (tls ? "https://" : "http://") + to_text(server.listen);
}

std::string bounce_domain(const Settings& settings) {
  const std::string domain = settings.get<returns::ReturnOptions>().domain;
  return mime::ascii_domain(domain).value_or(domain);
}

Result<bounces::BounceRules> bounce_rules(const Settings& settings) {
  const std::string file = settings.get<bounces::BounceRuleOptions>().file;
  if (file.empty()) return bounces::BounceRules::built_in();
  Result<bounces::BounceRules> rules = bounces::BounceRules::built_in_with(file);
  if (rules) return rules;
  std::string problem = declared_text(rules.error());
  if (problem.empty()) problem = std::string(rules.error().reason());
  return settings.refusal("bounces.rules", "a TOML file of bounce rules (" + problem + ")");
}

Result<engagement::VisitorRules> visitor_rules(const Settings& settings) {
  const std::string file = settings.get<engagement::VisitorRuleOptions>().file;
  if (file.empty()) return engagement::VisitorRules::built_in();
  Result<engagement::VisitorRules> own = engagement::VisitorRules::read_file(file);
  if (!own) {
    return settings.refusal("tracking.visitors",
                            "a TOML file of rules of visitors (" + declared_text(own.error()) + ")");
  }
  return engagement::VisitorRules::built_in().extended_by(*own);
}

Result<std::optional<smtp::ServerOptions>> return_server_options(const Settings& settings) {
  const auto returns = settings.get<returns::ReturnOptions>();
  if (!returns.listen) return std::optional<smtp::ServerOptions>();
  if (returns.domain.empty())
    return settings.refusal("bounces.domain", "the domain whose mail bounces.listen takes");
  smtp::ServerOptions options;
  options.host = returns.listen->host;
  options.port = returns.listen->port;
  options.name = own_name(settings);
  options.metrics_name = "bounces";
  options.max_message_bytes = returns.message_bytes;
  options.max_bodies_bytes = std::max(options.max_bodies_bytes, options.max_message_bytes);
  options.max_connections = returns.connections;
  // RFC 5321 §4.5.3.1.6 allows lines of 1000; reports that quote HTML have longer ones, and nothing here is
  // passed on.
  options.max_line_bytes = 64 * 1024;
  options.max_recipients = kReturnRecipientsMax;
  const auto identity = settings.get<net::TlsIdentity>();
  if (!identity.certificate_file.empty()) {
    Result<net::TlsContext> context = server_tls(settings, "tls", identity);
    if (!context) return std::move(context).error();
    options.tls = smtp::ServerTls::starttls;
    options.tls_context = std::move(*context);
  }
  return std::optional<smtp::ServerOptions>(std::move(options));
}

bool verifies_by_dns(const Settings& settings) {
  const auto server = settings.get<ServerSettings>();
  if (server.verification == DomainVerification::automatic) return server.mode != delivery::Mode::sandbox;
  return server.verification == DomainVerification::dns;
}

senders::DomainOptions domain_options(const Settings& settings) {
  auto options = settings.get<senders::DomainOptions>();
  options.recheck_ms = std::chrono::milliseconds(settings.get<senders::RecheckOptions>().every).count();
  options.verification =
      verifies_by_dns(settings) ? senders::Verification::dns : senders::Verification::trust;
  return options;
}

Result<std::string> database_path(const Settings& settings) {
  const auto server = settings.get<ServerSettings>();
  if (server.database.empty()) return server.data_dir + "/sesame.db";
  constexpr std::string_view kScheme = "sqlite:";
  if (!server.database.starts_with(kScheme) || server.database.size() == kScheme.size())
    return settings.refusal("database", "sqlite:PATH");
  return server.database.substr(kScheme.size());
}

}  // namespace sesame::server
