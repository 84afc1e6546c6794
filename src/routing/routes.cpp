#include "routing/routes.hpp"

#include <algorithm>
#include <utility>

#include "dns/errors.hpp"
#include "routing/domain_look_up.hpp"

namespace sesame::routing {
namespace {

using Kind = NoRoute::Kind;

RoutePtr not_looked_up(const char* why, std::int64_t now_ms) {
  return std::make_shared<const Route>(NoRoute{451, "4.4.3", Kind::unsure, why, now_ms});
}

bool is_refused(const Result<dns::Answer>& answer) {
  return !answer && (answer.error().is(dns::errors::kOverloaded) || answer.error().is(dns::errors::kStopped));
}

/// Whether our own resolver took a question not at all, which says nothing about the destination.
bool is_refused(const Answers& answers) {
  const auto refused = [](const std::optional<Result<dns::Answer>>& answer) {
    return answer && is_refused(*answer);
  };
  return is_refused(answers.mx) || std::ranges::any_of(answers.hosts, [&](const HostAnswers& host) {
           return refused(host.v4) || refused(host.v6);
         });
}

bool is_unsure(const Route& route) {
  const auto* none = std::get_if<NoRoute>(&route);
  return none != nullptr && none->kind == Kind::unsure;
}

}  // namespace

Routes::Routes(dns::Resolver& resolver, const Clock& clock, Random& random, RouteOptions options)
    : resolver_(resolver),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      cache_(options_.cached_max) {}

Routes::~Routes() { stop(); }

void Routes::find(std::string_view domain, Callback callback) {
  const std::int64_t now_ms = clock_.now_ms();
  const std::optional<std::string> destination = destination_of(domain);
  if (!destination) {
    const Answers none{Error(dns::errors::kNoAnswer), {}};
    return callback(std::make_shared<const Route>(
        make_plan(domain, none, options_.own, options_.families, now_ms, random_)));
  }
  RoutePtr now;
  {
    const MutexLock lock(mutex_);
    now = known_or_wait(*destination, callback, now_ms);
  }
  if (now != nullptr) return callback(std::move(now));
  begin_queued();
}

RoutePtr Routes::known_or_wait(const std::string& destination, Callback& callback, std::int64_t now_ms) {
  if (stopped_) return not_looked_up("The server stops", now_ms);
  if (RoutePtr known = cache_.find(destination, now_ms); known != nullptr) return known;
  if (waiting_ >= options_.waiting_max) {
    RoutePtr stale = cache_.last_plan(destination, now_ms);
    return stale != nullptr ? stale : not_looked_up("Too many DNS look-ups wait", now_ms);
  }
  ++waiting_;
  Flight& flight = flights_[destination];
  if (flight.callbacks.empty()) queue_.push_back(destination);
  flight.callbacks.push_back(std::move(callback));
  return nullptr;
}

RoutePtr Routes::known(std::string_view domain) {
  const std::optional<std::string> destination = destination_of(domain);
  if (!destination) return nullptr;
  const MutexLock lock(mutex_);
  return cache_.find(*destination, clock_.now_ms());
}

/// Begins look-ups while there is room. A resolver that answers at once ends them in here: the inner call
/// then leaves the next one to the outer, so that the stack does not grow with the queue.
void Routes::begin_queued() {
  {
    const MutexLock lock(mutex_);
    if (std::exchange(beginning_, true)) return;
  }
  while (true) {
    std::shared_ptr<DomainLookUp> next;
    {
      const MutexLock lock(mutex_);
      next = next_look_up();
      if (next == nullptr) {
        beginning_ = false;
        idle_.notify_all();
        return;
      }
    }
    next->start(resolver_);
  }
}

/// nullptr when the queue is empty or enough are under way.
std::shared_ptr<DomainLookUp> Routes::next_look_up() {
  if (queue_.empty() || flights_.size() - queue_.size() >= options_.under_way_max) return nullptr;
  const std::string destination = std::move(queue_.front());
  queue_.pop_front();
  Flight& flight = flights_.at(destination);
  flight.deadline = clock_.steady_now() + options_.deadline;
  flight.look_up = std::make_shared<DomainLookUp>(
      destination, options_.families, random_,
      [this, destination](const Answers& answers) { finish(destination, answers); });
  return flight.look_up;
}

void Routes::finish(const std::string& destination, const Answers& answers) {
  const std::int64_t now_ms = clock_.now_ms();
  Route found = make_plan(destination, answers, options_.own, options_.families, now_ms, random_);
  RoutePtr route;
  std::vector<Callback> callbacks;
  {
    const MutexLock lock(mutex_);
    ++answering_;
    const auto flight = flights_.find(destination);
    callbacks = std::move(flight->second.callbacks);
    waiting_ -= callbacks.size();
    flights_.erase(flight);
    if (stopped_ || (is_unsure(found) && is_refused(answers))) {
      route = cache_.last_plan(destination, now_ms);
      if (route == nullptr) route = std::make_shared<const Route>(std::move(found));
    } else {
      route = cache_.store(destination, std::move(found), now_ms);
    }
  }
  for (const Callback& callback : callbacks) callback(route);
  begin_queued();
  const MutexLock lock(mutex_);
  // Under the lock: whoever waits in stop() may then destroy the object.
  if (--answering_ == 0) idle_.notify_all();
}

void Routes::expire() {
  std::vector<std::shared_ptr<DomainLookUp>> late;
  {
    const MutexLock lock(mutex_);
    const auto now = clock_.steady_now();
    for (const auto& [destination, flight] : flights_) {
      if (flight.look_up != nullptr && flight.deadline <= now) late.push_back(flight.look_up);
    }
  }
  for (const auto& look_up : late) look_up->end();
}

void Routes::stop() {
  answer_queued();
  std::vector<std::shared_ptr<DomainLookUp>> under_way;
  {
    const MutexLock lock(mutex_);
    for (const auto& [destination, flight] : flights_) under_way.push_back(flight.look_up);
  }
  for (const auto& look_up : under_way) look_up->end();
  MutexLock lock(mutex_);
  idle_.wait(lock,
             [this]() SESAME_REQUIRES(mutex_) { return answering_ == 0 && flights_.empty() && !beginning_; });
}

/// Stops taking look-ups, and answers those whose turn has not come.
void Routes::answer_queued() {
  std::vector<Callback> callbacks;
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
    for (const std::string& destination : queue_) {
      const auto flight = flights_.find(destination);
      for (Callback& callback : flight->second.callbacks) callbacks.push_back(std::move(callback));
      flights_.erase(flight);
    }
    queue_.clear();
    waiting_ -= callbacks.size();
  }
  const RoutePtr route = not_looked_up("The server stops", clock_.now_ms());
  for (const Callback& callback : callbacks) callback(route);
}

Routes::Counts Routes::counts() const {
  const MutexLock lock(mutex_);
  return {cache_.size(), flights_.size() - queue_.size(), queue_.size(), waiting_};
}

}  // namespace sesame::routing
