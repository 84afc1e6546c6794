#include "server/direct_options.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "delivery/relay_outlet.hpp"
#include "net/own_addresses.hpp"
#include "net/tls.hpp"
#include "returns/return_addresses.hpp"
#include "senders/domain_list.hpp"
#include "server/options.hpp"

namespace sesame::server {

namespace {

// Sites that took no mail yet share this part of all mail in flight.
constexpr std::size_t kUntriedShare = 4;

/// own_name() as the DNS has it: A-labels, no dot at its end. nullopt when nobody else can look it up.
std::optional<std::string> qualified_name(const Settings& settings) {
  std::optional<std::string> name = routing::destination_of(own_name(settings));
  if (!name || name->ends_with(".localdomain")) return std::nullopt;  // own_name() completes a bare name so.
  return name;
}

/// Receivers are strict about mail over IPv6, so it takes a source of its own.
routing::Families families_of(const shaping::SourcePools& sources) {
  const auto has = [&sources](bool v4) {
    return std::ranges::any_of(sources.sources(),
                               [v4](const shaping::Source& source) { return source.address.is_v4() == v4; });
  };
  if (!has(false)) return routing::Families::v4;
  return has(true) ? routing::Families::both : routing::Families::v6;
}

}  // namespace

Result<delivery::DirectOptions> direct_options(const Settings& settings) {
  delivery::DirectOptions options;
  std::optional<std::string> helo_name = qualified_name(settings);
  if (!helo_name) {
    return settings.refusal("delivery.helo",
                            "a fully qualified host name such as mail.example.org, since delivery.mode is "
                            "direct; this machine is called " +
                                own_name(settings));
  }
  options.target.helo_name = std::move(*helo_name);
  if (!verifies_by_dns(settings)) {
    return settings.refusal("identity.verification",
                            "auto or dns, since delivery.mode is direct: receivers refuse mail of domains "
                            "whose records are missing");
  }
  options.untried_mails =
      std::max<std::size_t>(engine_limits(settings).messages_in_flight / kUntriedShare, 1);
  const auto common = settings.get<delivery::RelayOptions>();
  const auto is_set = [&](std::string_view key) { return settings.entry(key).origin != "default"; };
  if (is_set("delivery.connections")) options.connections = common.connections;
  // RFC 7435: encrypted without proof is better than in the clear.
  net::TlsClientOptions tls;
  tls.verify = net::TlsVerify::none;
  Result<net::TlsContext> context = net::TlsContext::client(tls);
  if (!context) return std::move(context).error();
  options.site.client.tls_context = std::make_shared<const net::TlsContext>(std::move(*context));
  // Destinations with MTA-STS demand a look at the certificate, of which the dialogue makes what they say.
  tls.verify = net::TlsVerify::noted;
  Result<net::TlsContext> noting = net::TlsContext::client(tls);
  if (!noting) return std::move(noting).error();
  options.site.client.noting_context = std::make_shared<const net::TlsContext>(std::move(*noting));
  return options;
}

routing::RouteOptions route_options(const Settings& settings, const shaping::SourcePools& sources) {
  routing::RouteOptions options;
  options.families = families_of(sources);
  options.own.addresses = net::own_addresses();
  for (const shaping::Source& source : sources.sources()) options.own.addresses.push_back(source.address);
  std::vector<std::string> names{own_name(settings)};
  // Elsewhere it is another machine, which receives mail of its own.
  if (settings.get<returns::ReturnOptions>().listen)
    names.push_back(settings.get<senders::DomainOptions>().mx_host);
  for (const std::string& name : names) {
    if (std::optional<std::string> own = routing::destination_of(name))
      options.own.names.push_back(std::move(*own));
  }
  return options;
}

}  // namespace sesame::server
