#include "senders/rechecks.hpp"

#include <utility>
#include <vector>

#include "base/log.hpp"

namespace sesame::senders {
namespace {

using storage::Sql;

constexpr int kSoonerAfterFailure = 10;  // A failed look-up is repeated after a tenth of the interval.

// Includes domains that were looked up by a clock that was ahead: all their times lie in the future.
constexpr Sql kDue{"senders.domains_due",
                   "SELECT id, account_id, region, name FROM sender_domain WHERE next_check_ms <= ?1 "
                   "OR checked_ms > ?1 ORDER BY next_check_ms LIMIT ?2"};
constexpr Sql kNeverAsked{"senders.domains_never_asked",
                          "SELECT id, account_id, region, name FROM sender_domain WHERE checked_ms = 0 AND "
                          "next_check_ms <= ?1 AND verified_ms IS NOT NULL ORDER BY id LIMIT ?2"};
// Trust was enough while no mail left.
constexpr Sql kDoubt{"senders.doubt_trusted_domains",
                     "UPDATE sender_domain SET next_check_ms = 0 WHERE checked_ms = 0 AND next_check_ms <> 0 "
                     "AND verified_ms IS NOT NULL"};
constexpr Sql kPutOff{"senders.put_off_check", "UPDATE sender_domain SET next_check_ms = ?2 WHERE id = ?1"};

struct DueDomain {
  std::int64_t id = 0;
  accounts::Scope scope;
  std::string name;
};

std::vector<DueDomain> due_domains(storage::Reader& reader, const RecheckOptions& options,
                                   std::int64_t now_ms) {
  std::vector<DueDomain> due;
  const auto rows = reader.query(options.repeats() ? kDue : kNeverAsked, now_ms, options.at_once);
  while (rows->next()) {
    due.push_back({rows->next_integer(),
                   {rows->next_integer(), std::string(rows->next_text())},
                   std::string(rows->next_text())});
  }
  return due;
}

}  // namespace

std::int64_t next_check_ms(std::int64_t now_ms, std::chrono::seconds every, Random& random) {
  const std::int64_t every_ms = std::chrono::milliseconds(every).count();
  const std::int64_t spread_ms = every_ms / 5 + 1;
  return now_ms + every_ms - every_ms / 10 +
         static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(spread_ms));
}

/// Outlives the Rechecks while callbacks of the database and the resolver are still to come.
struct Rechecks::State : std::enable_shared_from_this<State> {
  State(storage::Database& database, DomainLookUps& look_ups, const Clock& clock, Random& random,
        RecheckOptions options)
      : database(database), look_ups(look_ups), clock(clock), random(random), options(options) {}

  void begin() {
    std::size_t idle = 0;
    if (!under_way.compare_exchange_strong(idle, 1)) return;  // The last batch has not ended.
    if (doubted) return begin_due();
    database.write(
        storage::Priority::interactive,
        [](storage::Writer& writer) -> Status {
          writer.run(kDoubt);
          return Done{};
        },
        [self = shared_from_this()](const Status& status) {
          self->doubted = status.ok();
          --self->under_way;
        });
  }

  void begin_due() {
    auto due = std::make_shared<std::vector<DueDomain>>();
    database.read(
        [due, now_ms = clock.now_ms(), options = options](storage::Reader& reader) -> Status {
          *due = due_domains(reader, options, now_ms);
          return Done{};
        },
        [self = shared_from_this(), due](const Status& status) {
          if (status) self->look_up(*due);
          --self->under_way;
        });
  }

  void look_up(const std::vector<DueDomain>& due) {
    for (const DueDomain& domain : due) {
      ++under_way;
      look_ups.begin(domain.scope, domain.name, std::nullopt,
                     [self = shared_from_this(), domain](Result<LookUp> found) {
                       self->store(domain, std::move(found));
                     });
    }
  }

  void store(const DueDomain& domain, Result<LookUp> found) {
    if (!found)
      log_warning("senders.recheck_failed", {{"domain", domain.name}, {"reason", found.error().reason()}});
    const std::chrono::seconds every = options.repeats() ? options.every : RecheckOptions().every;
    const std::chrono::seconds pause = found ? every : every / kSoonerAfterFailure;
    auto kept = std::make_shared<Result<LookUp>>(std::move(found));
    const std::int64_t now_ms = clock.now_ms();
    database.write(
        storage::Priority::bulk,
        [kept, now_ms, id = domain.id,
         next_ms = next_check_ms(now_ms, pause, random)](storage::Writer& writer) -> Status {
          if (*kept) record_look_up(writer, **kept, now_ms);
          writer.run(kPutOff, id, next_ms);
          return Done{};
        },
        [self = shared_from_this()](const Status&) { --self->under_way; });
  }

  storage::Database& database;
  DomainLookUps& look_ups;
  const Clock& clock;
  Random& random;
  const RecheckOptions options;
  std::atomic<bool> doubted = false;       // Whether trusted domains were made due.
  std::atomic<std::size_t> under_way = 0;  // The search for due domains, and each domain.
};

Rechecks::Rechecks(storage::Database& database, DomainLookUps& look_ups, const Clock& clock, Random& random,
                   RecheckOptions options)
    : state_(std::make_shared<State>(database, look_ups, clock, random, options)) {}

void Rechecks::tick() { state_->begin(); }

}  // namespace sesame::senders
