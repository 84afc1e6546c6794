#include "senders/domain_check.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.hpp"
#include "net/public_address.hpp"
#include "senders/errors.hpp"

namespace sesame::senders {
namespace {

using dns::RecordType;
using dns::ServerAnswer;

bool is_public(const std::string& address) {
  const auto known = net::Address::parse(address);
  return known && net::is_public_address(*known);
}

/// The name and those above it, down to two labels: the zone may begin at each.
std::vector<std::string> zones_of(const std::string& domain) {
  constexpr std::size_t kZonesMax = 8;
  std::vector<std::string> zones;
  std::string_view name = domain;
  while (name.find('.') != std::string_view::npos && zones.size() < kZonesMax) {
    zones.emplace_back(name);
    name.remove_prefix(name.find('.') + 1);
  }
  return zones;
}

std::vector<std::string> servers_of(const ServerAnswer& answer, std::string_view zone) {
  std::vector<std::string> names;
  for (const dns::Record& record : answer.records) {
    if (record.type == RecordType::ns && record.name == zone) names.push_back(record.text());
  }
  return names;
}

/// The first address of the type in digits; empty when the answer has none.
std::string address_of(const ServerAnswer& answer, RecordType type) {
  const auto found = std::ranges::find(answer.records, type, &dns::Record::type);
  return found == answer.records.end() ? "" : found->address().text();
}

/// The host that the form of a DNS provider asks for.
std::string host_in_zone(const std::string& name, const std::string& zone) {
  if (name == zone) return "@";
  const bool below = !zone.empty() && name.size() > zone.size() + 1 && name.ends_with(zone) &&
                     name[name.size() - zone.size() - 1] == '.';
  return below ? name.substr(0, name.size() - zone.size() - 1) : name + ".";
}

RecordType type_of(const DomainRecord& record) {
  return record.kind == RecordKind::mx ? RecordType::mx : RecordType::txt;
}

}  // namespace

/// One check. Answers come from the thread of the queries, one after the other, or at once from within ask().
class DomainChecks::Run : public std::enable_shared_from_this<DomainChecks::Run> {
 public:
  Run(DomainChecks& checks, const accounts::Scope& scope, Domain domain, Done done)
      : checks_(checks), done_(std::move(done)), began_(checks.clock_.steady_now()) {
    check_.domain = std::move(domain.name);
    check_.look_up = {scope, check_.domain, checks.clock_.now_ms(), {}};
    for (DomainRecord& record : domain.records) {
      RecordCheck& each = check_.records.emplace_back();
      each.record = std::move(record);
      each.verdicts.emplace_back();  // The resolver's.
    }
  }

  /// The zone's name servers, and what the resolver says meanwhile.
  void start() {
    zones_ = zones_of(check_.domain);
    servers_.resize(zones_.size());
    const std::size_t records =
        check_.records.size();  // The last answer may move check_ on before ask() returns.
    step(zones_.size() + records, &Run::find_addresses);
    for (std::size_t i = 0; i < zones_.size(); ++i) {
      ask({std::nullopt, zones_[i], RecordType::ns, kServersDeadline}, [i](Run& run, auto answer) {
        if (answer) run.servers_[i] = servers_of(*answer, run.zones_[i]);
      });
    }
    for (std::size_t i = 0; i < records; ++i) ask_about(i, std::nullopt, 0, kRecordsDeadline);
  }

 private:
  using Take = std::function<void(Run&, Result<ServerAnswer>)>;

  /// The next step begins when `count` answers have come.
  void step(std::size_t count, void (Run::*next)()) {
    const MutexLock lock(mutex_);
    open_ = count;
    next_ = next;
  }

  void ask(dns::ServerQuery query, Take take) {
    checks_.queries_.ask(std::move(query), [self = shared_from_this(), take = std::move(take)](auto answer) {
      self->answered(take, std::move(answer));
    });
  }

  void answered(const Take& take, Result<ServerAnswer> answer) {
    void (Run::*next)() = nullptr;
    {
      const MutexLock lock(mutex_);
      take(*this, std::move(answer));
      if (--open_ == 0) next = next_;
    }
    if (next != nullptr) (this->*next)();
  }

  std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(checks_.clock_.steady_now() - began_)
        .count();
  }

  void find_addresses() {
    const auto zone = std::ranges::find_if(servers_, [](const auto& names) { return !names.empty(); });
    if (zone == servers_.end()) return finish();
    check_.zone = zones_[static_cast<std::size_t>(zone - servers_.begin())];
    names_ = std::move(*zone);
    std::ranges::sort(names_);
    if (names_.size() > kServersMax) names_.resize(kServersMax);
    addresses_.assign(names_.size(), {});
    step(2 * names_.size(), &Run::ask_servers);
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const auto keep = [i](Run& run, RecordType type, const Result<ServerAnswer>& answer) {
        if (!answer) return;
        std::string found = address_of(*answer, type);
        std::string& address = run.addresses_[i];
        // Not every network reaches IPv6, so the other goes first.
        if (!found.empty() && (address.empty() || type == RecordType::a)) address = std::move(found);
      };
      ask({std::nullopt, names_[i], RecordType::a, kAddressesDeadline},
          [keep](Run& run, auto answer) { keep(run, RecordType::a, answer); });
      ask({std::nullopt, names_[i], RecordType::aaaa, kAddressesDeadline},
          [keep](Run& run, auto answer) { keep(run, RecordType::aaaa, answer); });
    }
  }

  void ask_servers() {
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      for (RecordCheck& each : check_.records) {
        ServerVerdict& verdict = each.verdicts.emplace_back();
        verdict.server = names_[i];
        verdict.finding = ServerFinding::unreachable;
        const bool refused =
            !addresses_[i].empty() && !checks_.options_.allow_private && !is_public(addresses_[i]);
        // A zone may name a host of this network as its server: its address is nobody else's business.
        if (refused) {
          verdict.finding = ServerFinding::not_asked;
        } else {
          verdict.address = addresses_[i];
        }
      }
      const bool may_ask =
          !addresses_[i].empty() && (checks_.options_.allow_private || is_public(addresses_[i]));
      if (may_ask) asked.push_back(i);
    }
    const std::size_t records = check_.records.size();  // As in start().
    doubled_.assign(records, false);
    step((asked.size() + 1) * records, &Run::conclude);
    for (std::size_t i = 0; i < records; ++i) {
      for (const std::size_t server : asked) {
        ask_about(i, HostPort{addresses_[server], static_cast<std::uint16_t>(checks_.options_.server_port)},
                  1 + server, kRecordsDeadline);
      }
      const DomainRecord& record = check_.records[i].record;
      ask({std::nullopt, record.name + "." + check_.zone, type_of(record), kRecordsDeadline},
          [i](Run& run, auto answer) {
            if (!answer) return;
            const bool strict = run.checks_.domains_.mx_strict;
            run.doubled_[i] = judge_server(run.check_.records[i].record, *answer, strict, true).finding ==
                              ServerFinding::right;
          });
    }
  }

  /// Asks for a record, and keeps the verdict at `place`.
  void ask_about(std::size_t i, std::optional<HostPort> server, std::size_t place,
                 std::chrono::milliseconds deadline) {
    const DomainRecord& record = check_.records[i].record;
    const std::int64_t asked_ms = now_ms();
    const bool resolver = !server;
    ask({std::move(server), record.name, type_of(record), deadline},
        [i, place, asked_ms, deadline, resolver](Run& run, auto answer) {
          RecordCheck& each = run.check_.records[i];
          ServerVerdict& verdict = each.verdicts[place];
          verdict.took_ms = run.now_ms() - asked_ms;
          if (!answer) {
            constexpr std::int64_t kEarlyMs = 200;  // The deadline is kept to a fraction of it.
            const bool waited = verdict.took_ms + kEarlyMs >= deadline.count();
            verdict.finding = waited ? ServerFinding::silent : ServerFinding::unreachable;
            return;
          }
          ServerVerdict judged = judge_server(each.record, *answer, run.checks_.domains_.mx_strict, resolver);
          verdict.finding = judged.finding;
          verdict.value = std::move(judged.value);
        });
  }

  void conclude() {
    for (std::size_t i = 0; i < check_.records.size(); ++i) {
      RecordCheck& each = check_.records[i];
      const bool resolved = each.verdicts.front().finding == ServerFinding::right;
      for (ServerVerdict& verdict : each.verdicts) {
        // An alias may lead to the right record; the resolver has followed it.
        if (verdict.finding == ServerFinding::cname && resolved) verdict.finding = ServerFinding::right;
        const bool absent =
            verdict.finding == ServerFinding::no_name || verdict.finding == ServerFinding::no_record;
        if (!absent || !doubled_[i]) continue;
        verdict.finding = ServerFinding::doubled_host;
        verdict.value = each.record.name + "." + check_.zone + ".";
      }
    }
    finish();
  }

  void finish() {
    for (RecordCheck& each : check_.records) {
      each.host = host_in_zone(each.record.name, check_.zone);
      const ServerVerdict& resolver = each.verdicts.front();
      check_.look_up.findings.push_back({.kind = each.record.kind,
                                         .known = is_known(resolver.finding),
                                         .value = resolver.value,
                                         .matches = resolver.finding == ServerFinding::right});
    }
    check_.took_ms = now_ms();
    checks_.leave(check_.look_up.scope.account_id);
    done_(std::move(check_));
  }

  DomainChecks& checks_;
  const Done done_;
  const std::chrono::steady_clock::time_point began_;

  // Changed by one step at a time: within it under mutex_, between two steps by the one that ends.
  DomainCheck check_;
  std::vector<std::string> zones_;
  std::vector<std::vector<std::string>> servers_;  // By zone.
  std::vector<std::string> names_;
  std::vector<std::string> addresses_;
  std::vector<bool> doubled_;  // By record.

  Mutex mutex_;
  std::size_t open_ SESAME_GUARDED_BY(mutex_) = 0;
  void (Run::*next_)() SESAME_GUARDED_BY(mutex_) = nullptr;
};

void DomainChecks::begin(const accounts::Scope& scope, const std::string& domain, Done done) {
  if (!enter(scope.account_id)) return done(Error(errors::kCheckUnderWay).with("value", domain));
  auto wanted = std::make_shared<std::optional<Domain>>();
  database_.read(
      [wanted, scope, domain, options = domains_](storage::Reader& reader) -> Status {
        Result<Domain> found = domain_with_option(reader, scope, domain, std::nullopt, options);
        if (!found) return std::move(found).error();
        wanted->emplace(std::move(*found));
        return sesame::Done{};
      },
      [this, wanted, scope, done = std::move(done)](Status status) {
        if (!status) {
          leave(scope.account_id);
          return done(std::move(status).error());
        }
        std::make_shared<Run>(*this, scope, std::move(**wanted), done)->start();
      });
}

bool DomainChecks::enter(std::int64_t account_id) {
  const MutexLock lock(mutex_);
  const auto known = under_way_.find(account_id);
  if (all_ >= kChecksMax || (known != under_way_.end() && known->second >= kPerAccountMax)) return false;
  ++under_way_[account_id];
  ++all_;
  return true;
}

void DomainChecks::leave(std::int64_t account_id) {
  const MutexLock lock(mutex_);
  --all_;
  if (--under_way_[account_id] == 0) under_way_.erase(account_id);
}

}  // namespace sesame::senders
