#pragma once

#include <memory>

#include "senders/rechecks.hpp"
#include "server/api_assembly.hpp"
#include "server/assembly.hpp"
#include "server/heartbeat.hpp"
#include "server/housekeeping.hpp"
#include "server/waiting_gauges.hpp"

namespace sesame::server {

/// Work that the clock starts: due tasks, retention, checks of sender domains.
struct UpkeepAssembly final : Assembly {
  std::unique_ptr<senders::Rechecks> rechecks;  // Only where sender domains are verified by DNS.
  std::unique_ptr<Housekeeping> housekeeping;
  std::unique_ptr<WaitingGauges> waiting_gauges;
  std::unique_ptr<Heartbeat> heartbeat;
  std::unique_ptr<Heartbeat> task_clock;

  static std::unique_ptr<UpkeepAssembly> open(const Settings& settings, StoreAssembly& store,
                                              EffectsAssembly& effects, MailAssembly& mail, ApiAssembly& api);
  void stop() override;
};

}  // namespace sesame::server
