#include "server/submission_door.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "server/options.hpp"

namespace sesame::server {

namespace {

Error without(std::string_view key, std::string rule) {
  return Error("settings.value")
      .with("key", std::string(key))
      .with("value", "")
      .with("rule", std::move(rule))
      .with("origin", "settings");
}

Result<net::TlsContext> identity(const Settings& settings) {
  const bool own = !settings.text("submission.certificate").empty();
  const std::string& certificate = settings.text(own ? "submission.certificate" : "tls.certificate");
  const std::string& key = settings.text(own ? "submission.key" : "tls.key");
  if (certificate.empty()) {
    return without("submission.certificate",
                   "needed by submission.listen and submission.listen_tls, unless tls.certificate is set");
  }
  if (key.empty()) return without(own ? "submission.key" : "tls.key", "goes together with the certificate");
  return net::TlsContext::server({certificate, key});
}

smtp::ServerOptions common_options(const Settings& settings, const net::TlsContext& identity) {
  smtp::ServerOptions options;
  const std::string& name = settings.text("submission.name");
  options.name = name.empty() ? own_name(settings) : name;
  options.metrics_name = "submission";
  options.tls_context = identity;
  options.auth = true;
  options.max_message_bytes = static_cast<std::size_t>(settings.integer("submission.mail_bytes"));
  options.max_bodies_bytes = std::max(options.max_bodies_bytes, 2 * options.max_message_bytes);
  options.max_recipients = static_cast<std::size_t>(settings.integer("submission.recipients"));
  options.max_connections = static_cast<std::size_t>(settings.integer("submission.connections"));
  options.max_connections_per_peer =
      static_cast<std::size_t>(settings.integer("submission.connections_per_peer"));
  return options;
}

submission::SubmissionOptions submission_options(const Settings& settings) {
  submission::SubmissionOptions options;
  options.mail.mail_bytes = static_cast<std::size_t>(settings.integer("submission.mail_bytes"));
  options.mail.attachments_bytes = options.mail.mail_bytes;  // Base64 keeps them well below it.
  options.mails_per_second = static_cast<std::uint32_t>(settings.integer("submission.mails_per_second"));
  options.failed_logins_max = static_cast<std::size_t>(settings.integer("submission.failed_logins"));
  options.language = settings.text("api.language") == "zh" ? cloudapi::Language::zh : cloudapi::Language::en;
  return options;
}

}  // namespace

Result<std::vector<smtp::ServerOptions>> submission_servers(const Settings& settings) {
  std::vector<smtp::ServerOptions> servers;
  if (settings.list("submission.listen").empty() && settings.list("submission.listen_tls").empty())
    return servers;
  const Result<net::TlsContext> tls = identity(settings);
  if (!tls) return tls.error();
  const smtp::ServerOptions common = common_options(settings, *tls);
  for (const auto& [key, kind] : {std::pair("submission.listen", smtp::ServerTls::either),
                                  std::pair("submission.listen_tls", smtp::ServerTls::implicit)}) {
    for (const std::string& text : settings.list(key)) {
      Result<HostPort> address = parse_host_port(key, text);
      if (!address) return std::move(address).error();
      smtp::ServerOptions& options = servers.emplace_back(common);
      options.host = address->host;
      options.port = address->port;
      options.tls = kind;
    }
  }
  return servers;
}

Result<std::unique_ptr<SubmissionDoor>> SubmissionDoor::open(const Settings& settings, net::Loops& loops,
                                                             submission::SubmissionParts parts) {
  std::unique_ptr<SubmissionDoor> door(new SubmissionDoor);
  auto servers = submission_servers(settings);
  if (!servers) return std::move(servers).error();
  if (servers->empty()) return door;
  auto opened = submission::Submission::open(std::move(parts), submission_options(settings));
  if (!opened) return std::move(opened).error();
  door->submission_ = std::move(*opened);
  for (smtp::ServerOptions& options : *servers) {
    const std::string host = options.host;
    const bool tls_only = options.tls == smtp::ServerTls::implicit;
    door->servers_.push_back(std::make_unique<smtp::Server>(loops, *door->submission_, std::move(options)));
    const Result<std::uint16_t> port = door->servers_.back()->start();
    if (!port) return port.error();
    log_info("submission.listens",
             {{"host", host}, {"port", *port}, {"tls", tls_only ? "only" : "or starttls"}});
  }
  return door;
}

SubmissionDoor::~SubmissionDoor() { stop(); }

void SubmissionDoor::stop() {
  for (const auto& server : servers_) server->stop();
}

}  // namespace sesame::server
