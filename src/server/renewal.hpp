#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log_options.hpp"
#include "base/result.hpp"
#include "bounces/rules.hpp"
#include "engagement/visitors.hpp"
#include "net/tls.hpp"
#include "server/settings.hpp"
#include "shaping/rules.hpp"

namespace sesame::server {

/// The parts that a running server takes over from settings that are read again: certificates, rules, the
/// level of the log. A value, complete before anything is changed.
struct Renewal {
  std::optional<net::TlsContext> http;
  std::optional<net::TlsContext> submission;
  std::optional<net::TlsContext> returns;
  bounces::BounceRules bounce_rules;
  engagement::VisitorRules visitor_rules;
  std::shared_ptr<const shaping::Rules> delivery_rules;  // Null but in mode direct.
  std::vector<std::string> delivery_rule_files;          // Those that delivery.rules names.
  Level log_level = Level::info;

  /// Reads the files that the settings name. Errors: those of http_options, submission_servers,
  /// return_server_options, bounce_rules, visitor_rules and delivery_rules.
  static Result<Renewal> read(const Settings& settings);
};

/// The keys that differ between the two and take effect after a restart only.
std::vector<std::string> changes_for_restart(const Settings& before, const Settings& after);

}  // namespace sesame::server
