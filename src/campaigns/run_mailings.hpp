#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "campaigns/compose_context.hpp"
#include "campaigns/run_mailing.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Opens runs for mailing. All drafts of a run that exist at the same time share one RunMailing, which may be
/// megabytes, however many calls made them. Thread: one.
class RunMailings {
 public:
  explicit RunMailings(const ComposeContext& context) : context_(context) {}

  /// Finds or loads the run. Errors: those of RunMailing::open. Job: read.
  Result<std::shared_ptr<const RunMailing>> open(storage::Reader& reader, std::int64_t run_id);

 private:
  const ComposeContext context_;
  std::map<std::int64_t, std::weak_ptr<const RunMailing>> open_;  // Dropped with their last draft.
};

}  // namespace sesame::campaigns
