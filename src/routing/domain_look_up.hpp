#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/random.hpp"
#include "base/thread_safety.hpp"
#include "dns/resolver.hpp"
#include "routing/plan.hpp"

namespace sesame::routing {

/// One look-up of a destination: its MX records, then the addresses of all its hosts at once. Made by
/// std::make_shared; the resolver keeps it until the last question is answered. Thread: any.
class DomainLookUp : public std::enable_shared_from_this<DomainLookUp> {
 public:
  /// Called once, on the thread of the answer that was the last, or of end(); without a lock.
  using Done = std::function<void(Answers)>;

  DomainLookUp(std::string destination, Families families, Random& random, Done done)
      : destination_(std::move(destination)), families_(families), random_(random), done_(std::move(done)) {}

  void start(dns::Resolver& resolver);

  /// Ends it with the answers that are here; the others count as failed. Does nothing when it has ended.
  void end();

 private:
  using Place = std::optional<Result<dns::Answer>> HostAnswers::*;

  void take_mx(dns::Resolver& resolver, Result<dns::Answer> answer);
  void take_host(dns::Resolver& resolver, std::size_t host, Place place, Result<dns::Answer> answer);
  void ask_host(dns::Resolver& resolver, const std::string& name, std::size_t host, Place place);

  const std::string destination_;
  const Families families_;
  Random& random_;  // Not used once it has ended.
  const Done done_;

  Mutex mutex_;
  Answers answers_ SESAME_GUARDED_BY(mutex_){no_answer(), {}};
  std::size_t open_ SESAME_GUARDED_BY(mutex_) = 1;  // Questions without an answer.
  bool ended_ SESAME_GUARDED_BY(mutex_) = false;

  static Result<dns::Answer> no_answer();
};

}  // namespace sesame::routing
