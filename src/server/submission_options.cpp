#include "server/submission_options.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cloudapi/gateway.hpp"
#include "server/options.hpp"
#include "submission/submission_settings.hpp"

namespace sesame::server {

namespace {

Result<net::TlsContext> identity(const Settings& settings, const submission::SubmissionSettings& submission) {
  const bool own = !submission.certificate_file.empty();
  const net::TlsIdentity identity = own ? net::TlsIdentity{submission.certificate_file, submission.key_file}
                                        : settings.get<net::TlsIdentity>();
  if (identity.certificate_file.empty()) {
    return settings.refusal(
        "submission.certificate",
        "a certificate, since submission.listen or submission.listen_tls is set and tls.certificate is not");
  }
  if (identity.key_file.empty()) {
    return settings.refusal(
        own ? "submission.key" : "tls.key",
        own ? "set together with submission.certificate" : "set together with tls.certificate");
  }
  return server_tls(settings, own ? "submission" : "tls", identity);
}

smtp::ServerOptions common_options(const Settings& settings, const submission::SubmissionSettings& submission,
                                   const net::TlsContext& identity) {
  smtp::ServerOptions options;
  options.name = submission.name.empty() ? own_name(settings) : submission.name;
  options.metrics_name = "submission";
  options.tls_context = identity;
  options.auth = true;
  options.max_message_bytes = submission.options.mail.mail_bytes;
  options.max_bodies_bytes = std::max(options.max_bodies_bytes, 2 * options.max_message_bytes);
  options.max_recipients = submission.recipients;
  options.max_connections = submission.connections;
  options.max_connections_per_peer = submission.connections_per_peer;
  return options;
}

bool is_any_address(std::string_view host) { return host.empty() || host == "0.0.0.0" || host == "::"; }

}  // namespace

std::vector<actions::SubmissionAddress> submission_addresses(const Settings& settings) {
  const auto submission = settings.get<submission::SubmissionSettings>();
  std::vector<actions::SubmissionAddress> found;
  const auto add = [&](const std::vector<HostPort>& addresses, bool implicit_tls) {
    for (HostPort address : addresses) {
      if (address.port == 0) continue;
      if (!submission.name.empty())
        address.host = submission.name;
      else if (is_any_address(address.host))
        address.host = own_name(settings);
      actions::SubmissionAddress one{std::move(address), implicit_tls};
      // Under one name, IPv4 and IPv6 are one server.
      if (std::ranges::find(found, one) == found.end()) found.push_back(std::move(one));
    }
  };
  add(submission.listen, false);
  add(submission.listen_tls, true);
  return found;
}

submission::SubmissionOptions submission_options(const Settings& settings) {
  submission::SubmissionOptions options = settings.get<submission::SubmissionSettings>().options;
  options.mail.attachments_bytes = options.mail.mail_bytes;  // Base64 keeps them well below it.
  options.language = settings.get<cloudapi::GatewayOptions>().language;
  return options;
}

Result<std::vector<smtp::ServerOptions>> submission_servers(const Settings& settings) {
  std::vector<smtp::ServerOptions> servers;
  const auto submission = settings.get<submission::SubmissionSettings>();
  if (submission.listen.empty() && submission.listen_tls.empty()) return servers;
  const Result<net::TlsContext> tls = identity(settings, submission);
  if (!tls) return tls.error();
  const smtp::ServerOptions common = common_options(settings, submission, *tls);
  for (const auto& [addresses, kind] : {std::pair(&submission.listen, smtp::ServerTls::either),
                                        std::pair(&submission.listen_tls, smtp::ServerTls::implicit)}) {
    for (const HostPort& address : *addresses) {
      smtp::ServerOptions& options = servers.emplace_back(common);
      options.host = address.host;
      options.port = address.port;
      options.tls = kind;
    }
  }
  return servers;
}

}  // namespace sesame::server
