#include "campaigns/run_mailings.hpp"

#include <utility>

namespace sesame::campaigns {

Result<std::shared_ptr<const RunMailing>> RunMailings::open(storage::Reader& reader, std::int64_t run_id) {
  if (const auto known = open_.find(run_id); known != open_.end()) {
    if (std::shared_ptr<const RunMailing> run = known->second.lock()) return run;
  }
  auto opened = RunMailing::open(reader, context_, run_id);
  if (!opened) return std::move(opened).error();
  std::erase_if(open_, [](const auto& one) { return one.second.expired(); });
  open_.insert_or_assign(run_id, *opened);
  return opened;
}

}  // namespace sesame::campaigns
