#include "server/options.hpp"

#include <unistd.h>

#include <algorithm>
#include <thread>

#include "cloudapi/request_head.hpp"
#include "mime/address.hpp"

namespace sesame::server {

namespace {

// A report goes to one return path; RFC 5321 §4.5.3.1.8 asks for more, but a sender splits its mail then.
constexpr std::size_t kReturnRecipientsMax = 20;

std::string host_name() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return "localhost.localdomain";
  const std::string text = name;
  // RFC 5321 §4.1.4: a fully qualified name; a bare host name is refused by many.
  return text.find('.') == std::string::npos ? text + ".localdomain" : text;
}

smtp::TlsPolicy tls_policy(const std::string& word) {
  if (word == "off") return smtp::TlsPolicy::off;
  if (word == "required") return smtp::TlsPolicy::required;
  return smtp::TlsPolicy::opportunistic;
}

Error missing(std::string_view key, std::string rule) {
  return Error("settings.value")
      .with("key", std::string(key))
      .with("value", "")
      .with("rule", std::move(rule))
      .with("origin", "settings");
}

}  // namespace

unsigned loop_count(const Settings& settings) {
  const std::int64_t threads = settings.integer("http.threads");
  return threads > 0 ? static_cast<unsigned>(threads) : std::max(1U, std::thread::hardware_concurrency());
}

audience::UploadOptions upload_options(const Settings& settings) {
  audience::UploadOptions options;
  options.recipients_per_request =
      static_cast<std::size_t>(settings.integer("limits.recipients_per_request"));
  options.recipients_per_group = static_cast<std::uint64_t>(settings.integer("limits.recipients_per_group"));
  options.queued_blocks_per_group = static_cast<std::uint64_t>(settings.integer("limits.uploads_queued"));
  return options;
}

audience::SuppressionRules suppression_rules(const Settings& settings) {
  return {.bounce_days = settings.integer("suppression.bounce_days")};
}

cloudapi::GatewayOptions gateway_options(const Settings& settings) {
  cloudapi::GatewayOptions options;
  options.regions = settings.list("api.regions");
  options.language = settings.text("api.language") == "zh" ? cloudapi::Language::zh : cloudapi::Language::en;
  options.bounds = {{"limits.recipients_per_request", settings.integer("limits.recipients_per_request")}};
  options.requests_per_second = static_cast<std::uint32_t>(settings.integer("limits.requests_per_second"));
  return options;
}

Result<net::HttpServerOptions> http_options(const Settings& settings) {
  Result<HostPort> listen = parse_host_port("listen", settings.text("listen"));
  if (!listen) return std::move(listen).error();
  net::HttpServerOptions options;
  options.host = listen->host;
  options.port = listen->port;
  options.max_connections = static_cast<std::size_t>(settings.integer("http.connections"));
  options.max_bodies_bytes = static_cast<std::size_t>(settings.integer("http.bodies_bytes"));
  options.body_timeout = std::chrono::seconds(settings.integer("http.read_timeout_s"));
  // A GET carries its parameters in its first line.
  options.max_header_bytes += cloudapi::kQueryBytesMax;
  options.header_timeout = std::min(options.header_timeout, options.body_timeout);
  options.idle_timeout = std::chrono::seconds(settings.integer("http.idle_timeout_s"));
  const std::string& certificate = settings.text("tls.certificate");
  const std::string& key = settings.text("tls.key");
  if (certificate.empty() != key.empty()) {
    return missing(certificate.empty() ? "tls.certificate" : "tls.key",
                   "tls.certificate and tls.key go together");
  }
  if (!certificate.empty()) options.tls = net::TlsIdentity{certificate, key};
  return options;
}

senders::Reputation reputation(const Settings& settings) {
  senders::Reputation reputation;
  reputation.level = settings.integer("reputation.level");
  for (const std::string& quota : settings.list("reputation.daily_quotas"))
    reputation.daily_quotas.push_back(std::stoll(quota));
  return reputation;
}

campaigns::DailyQuota daily_quota(const Settings& settings) {
  if (!settings.boolean("reputation.enforced")) return {};
  return campaigns::DailyQuota(reputation(settings).daily_quota());
}

delivery::RetryPolicy retry_policy(const Settings& settings) {
  delivery::RetryPolicy policy;
  policy.expires_after = std::chrono::hours(settings.integer("delivery.expiry_hours"));
  std::vector<std::chrono::seconds> pauses;
  for (const std::string& word : settings.list("delivery.retry_s")) pauses.emplace_back(std::stoll(word));
  policy.pauses = std::move(pauses);
  return policy;
}

delivery::EngineLimits engine_limits(const Settings& settings) {
  delivery::EngineLimits limits;
  limits.messages_in_flight = static_cast<std::size_t>(settings.integer("delivery.in_flight"));
  limits.composers = std::max(1U, std::thread::hardware_concurrency());
  return limits;
}

std::string own_name(const Settings& settings) {
  const std::string& helo = settings.text("delivery.helo");
  return helo.empty() ? host_name() : helo;
}

Result<delivery::RelayOptions> relay_options(const Settings& settings) {
  const std::string& relay = settings.text("delivery.relay");
  if (relay.empty())
    return missing("delivery.relay", "HOST:PORT of the smarthost, since delivery.mode is relay");
  Result<HostPort> address = parse_host_port("delivery.relay", relay);
  if (!address) return std::move(address).error();
  delivery::RelayOptions options;
  options.client.host = address->host;
  options.client.port = address->port;
  options.client.helo_name = own_name(settings);
  options.client.tls = tls_policy(settings.text("delivery.relay_tls"));
  options.client.user = settings.text("delivery.relay_username");
  options.client.password = Secret(settings.text("delivery.relay_password"));
  net::TlsClientOptions tls;
  tls.ca_file = settings.text("delivery.relay_ca");
  // Encryption without a certificate that is checked would give the password to whoever sits in between.
  const bool proof_needed = options.client.tls == smtp::TlsPolicy::required || !options.client.user.empty();
  tls.verify = proof_needed ? net::TlsVerify::required : net::TlsVerify::none;
  Result<net::TlsContext> context = net::TlsContext::client(tls);
  if (!context) return std::move(context).error();
  options.client.tls_context = std::make_shared<const net::TlsContext>(std::move(*context));
  options.connections = static_cast<unsigned>(settings.integer("delivery.connections"));
  options.messages_per_connection =
      static_cast<std::uint64_t>(settings.integer("delivery.messages_per_connection"));
  return options;
}

std::string public_url(const Settings& settings) {
  std::string url = settings.text("public_url");
  while (url.ends_with('/')) url.pop_back();
  const std::string& listen = settings.text("listen");
  // Mail that leaves must not lead its readers to an address of this machine alone.
  const bool stays = settings.text("delivery.mode") == "sandbox";
  if (!url.empty() || !stays || listen.ends_with(":0")) return url;
  return (settings.text("tls.certificate").empty() ? "http://" : "https://") + listen;
}

Keeping keeping(const Settings& settings) {
  Keeping keeping;
  keeping.message_days = settings.integer("limits.message_days");
  keeping.event_days = settings.integer("webhooks.history_days");
  keeping.events_max = settings.integer("webhooks.history_max");
  keeping.evidence_days = settings.integer("bounces.evidence_days");
  keeping.statistics_days = settings.integer("limits.statistics_days");
  return keeping;
}

net::HttpPosterOptions poster_options(const Settings& settings) {
  net::HttpPosterOptions options;
  options.allow_private = settings.boolean("webhooks.allow_private");
  options.ca_file = settings.text("webhooks.ca");
  return options;
}

webhooks::EventSenderOptions event_sender_options(const Settings& settings) {
  webhooks::EventSenderOptions options;
  options.at_once = static_cast<std::size_t>(settings.integer("webhooks.at_once"));
  options.timeout = std::chrono::seconds(settings.integer("webhooks.timeout_s"));
  options.lifetime = std::chrono::hours(settings.integer("webhooks.lifetime_hours"));
  options.pauses.clear();
  for (const std::string& word : settings.list("webhooks.retry_s"))
    options.pauses.emplace_back(std::stoll(word));
  return options;
}

senders::Tracking tracking(const Settings& settings) {
  return {settings.boolean("tracking.opens"), settings.boolean("tracking.clicks")};
}

std::string bounce_domain(const Settings& settings) {
  const std::string& domain = settings.text("bounces.domain");
  return mime::ascii_domain(domain).value_or(domain);
}

Result<bounces::BounceRules> bounce_rules(const Settings& settings) {
  const std::string& path = settings.text("bounces.rules");
  if (path.empty()) return bounces::BounceRules::built_in();
  Result<bounces::BounceRules> own = bounces::BounceRules::read_file(path);
  if (!own) return std::move(own).error();
  return bounces::BounceRules::built_in().extended_by(*own);
}

Result<std::optional<smtp::ServerOptions>> return_server_options(const Settings& settings) {
  const std::string& listen = settings.text("bounces.listen");
  if (listen.empty()) return std::optional<smtp::ServerOptions>();
  Result<HostPort> address = parse_host_port("bounces.listen", listen);
  if (!address) return std::move(address).error();
  if (settings.text("bounces.domain").empty())
    return missing("bounces.domain", "the domain whose mail bounces.listen takes");
  smtp::ServerOptions options;
  options.host = address->host;
  options.port = address->port;
  options.name = own_name(settings);
  options.metrics_name = "bounces";
  options.max_message_bytes = static_cast<std::size_t>(settings.integer("bounces.message_bytes"));
  options.max_bodies_bytes = std::max(options.max_bodies_bytes, options.max_message_bytes);
  options.max_connections = static_cast<std::size_t>(settings.integer("bounces.connections"));
  // RFC 5321 §4.5.3.1.6 allows lines of 1000; reports that quote HTML have longer ones, and nothing here is
  // passed on.
  options.max_line_bytes = 64 * 1024;
  options.max_recipients = kReturnRecipientsMax;
  const std::string& certificate = settings.text("tls.certificate");
  if (!certificate.empty()) {
    Result<net::TlsContext> context = net::TlsContext::server({certificate, settings.text("tls.key")});
    if (!context) return std::move(context).error();
    options.tls = smtp::ServerTls::starttls;
    options.tls_context = std::move(*context);
  }
  return std::optional<smtp::ServerOptions>(std::move(options));
}

returns::IntakeLimits intake_limits(const Settings& settings) {
  returns::IntakeLimits limits;
  limits.kept_bytes = static_cast<std::size_t>(settings.integer("bounces.evidence_bytes"));
  limits.evidence.mails_per_account = settings.integer("bounces.evidence_mails");
  return limits;
}

bool verifies_by_dns(const Settings& settings) {
  const std::string& verification = settings.text("identity.verification");
  if (verification == "auto") return settings.text("delivery.mode") != "sandbox";
  return verification == "dns";
}

Result<dns::AresOptions> resolver_options(const Settings& settings) {
  dns::AresOptions options;
  options.server = settings.text("dns.resolver");
  if (!options.server.empty()) {
    Result<HostPort> server = parse_host_port("dns.resolver", options.server);
    if (!server) return std::move(server).error();
  }
  options.timeout = std::chrono::milliseconds(settings.integer("dns.timeout_ms"));
  options.tries = static_cast<int>(settings.integer("dns.tries"));
  return options;
}

senders::RecheckOptions recheck_options(const Settings& settings) {
  return {.every = std::chrono::seconds(settings.integer("identity.recheck_s")),
          .at_once = static_cast<std::size_t>(settings.integer("identity.rechecks_at_once"))};
}

senders::DomainOptions domain_options(const Settings& settings) {
  senders::DomainOptions options;
  options.mx_host = settings.text("identity.mx_host");
  options.spf_include = settings.text("identity.spf_include");
  options.selector_prefix = settings.text("identity.selector");
  options.domains_max = settings.integer("limits.domains");
  options.mx_strict = settings.boolean("identity.mx_strict");
  options.recheck_ms = settings.integer("identity.recheck_s") * 1000;
  options.verification =
      verifies_by_dns(settings) ? senders::Verification::dns : senders::Verification::trust;
  return options;
}

void fill_rooms(const Settings& settings, actions::Rooms& rooms) {
  rooms.accounts_max = static_cast<std::uint64_t>(settings.integer("limits.accounts"));
  rooms.credentials_max = static_cast<std::uint64_t>(settings.integer("limits.credentials"));
  rooms.groups_max = static_cast<std::size_t>(settings.integer("limits.groups"));
  rooms.domains = domain_options(settings);
  rooms.addresses.addresses_per_domain_max = settings.integer("limits.senders_per_domain");
  rooms.reputation = reputation(settings);
  rooms.templates.templates_max = settings.integer("limits.templates");
  rooms.templates.review = settings.text("content.template_review") == "manual"
                               ? content::TemplateReview::manual
                               : content::TemplateReview::automatic;
  rooms.suppression = suppression_rules(settings);
  rooms.custom_blocks_max = static_cast<std::uint64_t>(settings.integer("limits.custom_blocks"));
  rooms.status_days = settings.integer("limits.status_days");
  const bool international = settings.text("unsubscribe.numbering") == "international";
  rooms.numbering =
      international ? content::UnsubscribeNumbering::international : content::UnsubscribeNumbering::domestic;
  rooms.ad_mark = settings.text("unsubscribe.ad_mark");
  rooms.tracking = tracking(settings);
  rooms.custom_content = settings.boolean("sending.custom_content");
}

Result<std::string> database_path(const Settings& settings) {
  const std::string& text = settings.text("database");
  if (text.empty()) return settings.text("data_dir") + "/sesame.db";
  constexpr std::string_view kScheme = "sqlite:";
  if (text.starts_with(kScheme) && text.size() > kScheme.size()) return text.substr(kScheme.size());
  return Error("settings.value")
      .with("key", "database")
      .with("value", text)
      .with("rule", "sqlite:PATH")
      .with("origin", settings.entry("database").origin);
}

}  // namespace sesame::server
