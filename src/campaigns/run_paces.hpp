#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "campaigns/run_pace.hpp"
#include "messages/draft.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// The rates of the unfinished runs whose tasks have caps, by run, in mails per millisecond.
using RunRates = std::map<std::int64_t, double>;
/// Job: read.
RunRates read_run_rates(storage::Reader& reader);

/// The paces of the runs whose tasks have caps. Thread: feeder.
class RunPaces {
 public:
  explicit RunPaces(const Clock& clock) : clock_(clock) {}

  /// Takes the rates as they are now. A run that had none before starts without credit.
  void set(const RunRates& rates);
  /// How many mails of the run may begin now; the largest number for a run without caps.
  std::size_t allowed(std::int64_t run_id);
  /// Counts drafts of the run that were handed out; withheld ones are not counted.
  void count(std::int64_t run_id, std::span<const messages::Draft> drafts);
  /// How many recipients of the run are judged together: as many as are mailed within a minute, at most
  /// `most`.
  std::uint32_t judged_together(std::int64_t run_id, std::uint32_t most) const;

  /// Remembers the runs that are not open since no mail of them may begin.
  void set_aside(std::vector<std::int64_t> run_ids) { aside_ = std::move(run_ids); }
  /// Whether mail of one of them may begin now.
  bool may_go_on();

 private:
  const Clock& clock_;
  std::map<std::int64_t, RunPace> paces_;
  std::vector<std::int64_t> aside_;
};

}  // namespace sesame::campaigns
