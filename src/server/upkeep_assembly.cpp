#include "server/upkeep_assembly.hpp"

#include "delivery/retry.hpp"

namespace sesame::server {

namespace {

constexpr std::chrono::seconds kHeartbeat{2};
// The most a timed task may start late; a check costs some tens of microseconds.
constexpr std::chrono::milliseconds kTaskClock{500};

}  // namespace

std::unique_ptr<UpkeepAssembly> UpkeepAssembly::open(const Settings& settings, StoreAssembly& store,
                                                     EffectsAssembly& effects, MailAssembly& mail,
                                                     ApiAssembly& api) {
  auto opened = std::make_unique<UpkeepAssembly>();
  if (api.look_ups) {
    opened->rechecks = std::make_unique<senders::Rechecks>(
        *store.database, *api.look_ups, store.clock, store.random, settings.get<senders::RecheckOptions>());
  }
  opened->housekeeping = std::make_unique<Housekeeping>(*store.database, *store.audit_log, store.clock,
                                                        settings.get<RetentionPolicy>(),
                                                        settings.get<delivery::RetryPolicy>().expires_after);
  opened->waiting_gauges = std::make_unique<WaitingGauges>(
      *store.database, store.clock, [&mail] { return mail.standstill(); },
      [&mail] { return mail.runner->passed_over(); });
  opened->heartbeat =
      std::make_unique<Heartbeat>("upkeep", kHeartbeat, [&store, &effects, &mail, &api, &upkeep = *opened] {
        store.merger->wake();
        mail.tick();
        effects.visits->tick(store.clock.now_ms());
        api.calls->tick();
        store.audit->tick();
        if (api.console) api.console->tick();
        if (upkeep.rechecks) upkeep.rechecks->tick();
        upkeep.housekeeping->tick();
        upkeep.waiting_gauges->tick();
      });
  opened->task_clock = std::make_unique<Heartbeat>("task clock", kTaskClock, [&store, &mail] {
    const bool resumed = store.end_hold_without_mark();
    if (mail.timetable->look() || resumed) mail.wake();
  });
  return opened;
}

void UpkeepAssembly::stop() {
  heartbeat->stop();
  task_clock->stop();
}

}  // namespace sesame::server
