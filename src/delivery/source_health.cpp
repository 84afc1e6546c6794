#include "delivery/source_health.hpp"

#include <utility>

#include "base/log.hpp"

namespace sesame::delivery {

void SourceHealth::failed(const net::Address& address) {
  const Time now = clock_.steady_now();
  bool is_new = false;
  {
    const MutexLock lock(mutex_);
    State& state = states_[address];
    is_new = state.out_until <= now;
    state.out_until = now + kOut;
  }
  if (is_new)
    log_error("delivery.source_unusable", {{"address", address.text()},
                                           {"help",
                                            "no interface of this machine has it; mail goes over other "
                                            "sources of its pool, and it is tried again"}});
}

void SourceHealth::set_name_problem(const shaping::Source& source, std::string_view problem) {
  {
    const MutexLock lock(mutex_);
    State& state = states_[source.address];
    if (std::exchange(state.name_problem, std::string(problem)) == problem) return;
  }
  const std::string address = source.address.text();
  if (problem.empty())
    log_info("delivery.source_name_right",
             {{"source", source.name}, {"address", address}, {"helo", source.helo_name}});
  else
    log_warning("delivery.source_name_wrong", {{"source", source.name},
                                               {"address", address},
                                               {"helo", source.helo_name},
                                               {"problem", problem},
                                               {"help", "the provider of the address sets its PTR record"}});
}

std::vector<const shaping::Source*> SourceHealth::usable(
    std::span<const shaping::Source* const> wanted) const {
  std::vector<const shaping::Source*> there, good;
  const Time now = clock_.steady_now();
  {
    const MutexLock lock(mutex_);
    for (const shaping::Source* source : wanted) {
      const auto found = states_.find(source->address);
      if (found != states_.end() && found->second.out_until > now) continue;
      there.push_back(source);
      if (found == states_.end() || found->second.name_problem.empty()) good.push_back(source);
    }
  }
  if (!good.empty()) return good;
  return there.empty() ? std::vector(wanted.begin(), wanted.end()) : there;
}

}  // namespace sesame::delivery
