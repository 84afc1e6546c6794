#include "senders/look_up.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/thread_safety.hpp"
#include "senders/errors.hpp"
#include "senders/rows.hpp"

namespace sesame::senders {
namespace {

using storage::Sql;

constexpr Sql kStore{
    "senders.store_finding",
    "INSERT INTO sender_domain_record (account_id, domain_id, kind, value, matches, found_ms) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (domain_id, kind) DO UPDATE SET "
    "value = excluded.value, matches = excluded.matches, found_ms = excluded.found_ms"};
constexpr Sql kSettle{"senders.settle_domain",
                      "UPDATE sender_domain SET checked_ms = ?2, verified_ms = "
                      "CASE WHEN ?3 = 1 THEN coalesce(verified_ms, ?4) ELSE NULL END WHERE id = ?1"};

/// Collects the answers of one look-up until the last has arrived.
class Gathering {
 public:
  Gathering(LookUp look_up, std::size_t open, DomainLookUps::Done done)
      : look_up_(std::move(look_up)), open_(open), done_(std::move(done)) {}

  void put(std::size_t place, Finding finding) {
    {
      const MutexLock lock(mutex_);
      look_up_.findings[place] = std::move(finding);
      if (--open_ != 0) return;
    }
    // No further answer arrives.
    const bool any = std::ranges::any_of(look_up_.findings, &Finding::known);
    if (!any) return done_(Error(errors::kDnsUnavailable).with("value", look_up_.domain));
    done_(std::move(look_up_));
  }

 private:
  Mutex mutex_;
  LookUp look_up_;  // Guarded by mutex_ while answers are awaited.
  std::size_t open_ SESAME_GUARDED_BY(mutex_);
  const DomainLookUps::Done done_;
};

/// Whether the domain is verified after these findings, which may lack some of the records it needs.
bool may_send(const DomainRow& row, const std::vector<Finding>& findings) {
  bool all_right = true;
  for (const RecordKind kind : kinds_of(row.dkim_option)) {
    const auto finding = std::ranges::find(findings, kind, &Finding::kind);
    if (finding == findings.end() || !finding->known) {
      all_right = false;
    } else if (!finding->matches) {
      return false;
    }
  }
  return all_right || row.verified;
}

}  // namespace

void DomainLookUps::begin(const accounts::Scope& scope, const std::string& domain,
                          std::optional<DkimOption> option, Done done) {
  auto wanted = std::make_shared<std::optional<Domain>>();
  database_.read(
      [wanted, scope, domain, option, options = options_](storage::Reader& reader) -> Status {
        Result<Domain> found = domain_with_option(reader, scope, domain, option, options);
        if (!found) return std::move(found).error();
        wanted->emplace(std::move(*found));
        return sesame::Done{};
      },
      [this, wanted, scope, done = std::move(done)](Status status) {
        if (!status) return done(std::move(status).error());
        ask(scope, **wanted, done);
      });
}

void DomainLookUps::ask(const accounts::Scope& scope, const Domain& domain, Done done) {
  LookUp look_up{scope, domain.name, clock_.now_ms(), {}};
  for (const DomainRecord& record : domain.records) look_up.findings.push_back({.kind = record.kind});
  auto gathering = std::make_shared<Gathering>(std::move(look_up), domain.records.size(), std::move(done));
  for (std::size_t i = 0; i < domain.records.size(); ++i) {
    const DomainRecord& record = domain.records[i];
    if (record.kind == RecordKind::mx) {
      resolver_.mail_hosts(record.name, [gathering, i, record, strict = options_.mx_strict](auto hosts) {
        gathering->put(i, hosts ? judge_mail_hosts(record, *hosts, strict) : Finding{.kind = record.kind});
      });
    } else {
      resolver_.texts(record.name, [gathering, i, record](auto texts) {
        gathering->put(i, texts ? judge_texts(record, *texts) : Finding{.kind = record.kind});
      });
    }
  }
}

void record_look_up(storage::Writer& writer, const LookUp& look_up, std::int64_t now_ms) {
  const std::optional<DomainRow> row = find_domain_row(writer, look_up.scope, look_up.domain);
  if (!row) return;
  // Unless the newer one was made by a clock that was ahead.
  const bool newer_known = look_up.asked_ms < row->checked_ms && row->checked_ms <= now_ms;
  if (newer_known) return;
  for (const Finding& finding : look_up.findings) {
    if (!finding.known) continue;
    writer.run(kStore, look_up.scope.account_id, row->id, finding.kind, finding.value, finding.matches,
               now_ms);
  }
  writer.run(kSettle, row->id, look_up.asked_ms, may_send(*row, look_up.findings), now_ms);
}

}  // namespace sesame::senders
