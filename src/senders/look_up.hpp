#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "accounts/scope.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "dns/resolver.hpp"
#include "senders/domains.hpp"
#include "senders/record_rules.hpp"
#include "storage/database.hpp"

namespace sesame::senders {

/// What the DNS said about a domain's records, on its way into the database.
struct LookUp {
  accounts::Scope scope;
  std::string domain;  ///< Lower case, A-labels.
  std::int64_t asked_ms = 0;
  std::vector<Finding> findings;  ///< One for each record of the option that was asked for.
};

/// Looks the records of sender domains up, without holding a thread while the DNS is slow. Safe from any
/// thread. The database and the resolver must outlive it and every look-up it began.
class DomainLookUps {
 public:
  /// Called once, on a thread of the database or of the resolver: quick, does not throw.
  using Done = std::function<void(Result<LookUp>)>;

  DomainLookUps(storage::Database& database, dns::Resolver& resolver, const Clock& clock,
                DomainOptions options)
      : database_(database), resolver_(resolver), clock_(clock), options_(std::move(options)) {}

  /// Asks for all records at once; with an option, for those that the domain would then need. It takes as
  /// long as the resolver's own deadline. Errors: those of domain_with_option; "senders.dns_unavailable" (not
  /// one record could be looked up; fact "value"); the database's.
  void begin(const accounts::Scope& scope, const std::string& domain, std::optional<DkimOption> option,
             Done done);

 private:
  void ask(const accounts::Scope& scope, const Domain& domain, Done done);

  storage::Database& database_;
  dns::Resolver& resolver_;
  const Clock& clock_;
  const DomainOptions options_;
};

/// Stores the definite answers of a look-up and says whether the domain may send: not with one that is wrong;
/// with all of them right; else as before, since a failing resolver says nothing about the domain. A look-up
/// that began before the one stored last changes nothing, nor does one of a domain that is gone. Inside a
/// database job.
void record_look_up(storage::Writer& writer, const LookUp& look_up, std::int64_t now_ms);

}  // namespace sesame::senders
