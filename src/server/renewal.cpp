#include "server/renewal.hpp"

#include <utility>

#include "server/delivery_rules.hpp"
#include "server/options.hpp"
#include "server/server_settings.hpp"
#include "server/submission_options.hpp"

namespace sesame::server {

Result<Renewal> Renewal::read(const Settings& settings) {
  Renewal renewal;
  const Result<net::HttpServerOptions> http = http_options(settings);
  if (!http) return http.error();
  if (http->tls) {
    Result<net::TlsContext> context = server_tls(settings, "tls", *http->tls);
    if (!context) return std::move(context).error();
    renewal.http = std::move(*context);
  }
  Result<std::vector<smtp::ServerOptions>> submission = submission_servers(settings);
  if (!submission) return std::move(submission).error();
  if (!submission->empty()) renewal.submission = std::move(submission->front().tls_context);
  Result<std::optional<smtp::ServerOptions>> returns = return_server_options(settings);
  if (!returns) return std::move(returns).error();
  if (*returns) renewal.returns = std::move((*returns)->tls_context);
  Result<bounces::BounceRules> rules = server::bounce_rules(settings);
  if (!rules) return std::move(rules).error();
  renewal.bounce_rules = std::move(*rules);
  Result<engagement::VisitorRules> visitors = server::visitor_rules(settings);
  if (!visitors) return std::move(visitors).error();
  renewal.visitor_rules = std::move(*visitors);
  if (settings.get<ServerSettings>().mode == delivery::Mode::direct) {
    auto delivery = server::delivery_rules(settings);
    if (!delivery) return std::move(delivery).error();
    renewal.delivery_rules = std::move(*delivery);
  }
  renewal.delivery_rule_files = settings.get<shaping::RuleOptions>().files;
  renewal.log_level = settings.get<LogOptions>().level;
  return renewal;
}

std::vector<std::string> changes_for_restart(const Settings& before, const Settings& after) {
  std::vector<std::string> changed;
  for (const SettingRule& rule : setting_rules()) {
    const std::string& old_text = before.text(rule.key);
    const std::string& new_text = after.text(rule.key);
    // TLS itself is turned on and off by a restart.
    const bool turned = rule.key.ends_with(".certificate") && old_text.empty() != new_text.empty();
    if (old_text != new_text && (rule.reload == Reload::restart || turned)) changed.emplace_back(rule.key);
  }
  return changed;
}

}  // namespace sesame::server
