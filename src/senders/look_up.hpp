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

/// The DNS's answers about a domain's records, to be recorded in the database.
struct LookUp {
  accounts::Scope scope;
  std::string domain;  // Lower case, A-labels.
  std::int64_t asked_ms = 0;
  std::vector<Finding> findings;  // One for each record that the domain needs with its option.
};

/// Looks the records of sender domains up, without holding a thread while the DNS is slow. The database and
/// the resolver must outlive it and every look-up it began. Thread: any.
class DomainLookUps {
 public:
  /// Called once, on a thread of the database or of the resolver: quick, does not throw.
  using Done = std::function<void(Result<LookUp>)>;

  DomainLookUps(storage::Database& database, dns::Resolver& resolver, const Clock& clock,
                DomainOptions options)
      : database_(database), resolver_(resolver), clock_(clock), options_(std::move(options)) {}

  /// Asks for all records at once; with an option, for those that the domain would then need. It ends by the
  /// resolver's own deadline. Errors: those of domain_with_option; errors::kDnsUnavailable (all questions
  /// failed); the database's.
  void begin(const accounts::Scope& scope, const std::string& domain, std::optional<DkimOption> option,
             Done done);

 private:
  void ask(const accounts::Scope& scope, const Domain& domain, Done done);

  storage::Database& database_;
  dns::Resolver& resolver_;
  const Clock& clock_;
  const DomainOptions options_;
};

/// Stores the definite answers of a look-up and decides whether the domain is verified: false when one record
/// is wrong, true when all are right, else unchanged, since a failing resolver proves nothing about the
/// domain. A look-up that began before the one stored last is ignored, and so is one of a deleted domain.
/// Job: write.
void record_look_up(storage::Writer& writer, const LookUp& look_up, std::int64_t now_ms);

}  // namespace sesame::senders
