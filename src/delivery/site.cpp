#include "delivery/site.hpp"

#include <algorithm>
#include <utility>

#include "delivery/reports.hpp"

namespace sesame::delivery {
namespace {

/// Mails composed ahead, so that one is ready whenever a dialogue ends; with two, connections waited for
/// their composers.
constexpr std::size_t kAheadPerConnection = 8;

/// Mail that waited longer for a connection is composed again: its date and its signature are those of an
/// earlier hour.
constexpr std::chrono::minutes kFresh{10};

/// A site that has mail is slow when no dialogue ended for this long.
constexpr std::chrono::seconds kSlow{10};

}  // namespace

Site::Site(std::uint64_t the_number, std::shared_ptr<const SiteOptions> shared_options,
           std::vector<smtp::Target> targets, const Clock& the_clock, Random& random, Shape shape)
    : number(the_number),
      options(*shared_options),
      clock(the_clock),
      openings(options.pauses, options.connections, random),
      paced(options, clock),
      shared_options_(std::move(shared_options)) {
  if (shape.pace) set_shape(std::move(shape));
  set_targets(std::move(targets));
}

void Site::set_shape(Shape shape) {
  openings.set_max(shape.limits.connections.max);
  paced.set_shape(std::move(shape));
  std::vector<smtp::Target> targets;
  for (const ServerPointer& server : servers()) targets.push_back(server->target);
  set_targets(std::move(targets));
}

Judgement Site::learn(const smtp::Attempt& attempt, const bounces::Meaning& meaning, const DueDraft* mail,
                      Time began) {
  const Judgement judged = paced.learn(attempt, meaning, mail, began);
  if (meaning.signal == bounces::Signal::accepted) return judged;
  report_if_held();
  return judged;
}

void Site::report_if_held() {
  if (const std::optional<Refusal> held = paced.refusal_by_hold()) report_waiting(*held, false);
}

void Site::set_targets(std::vector<smtp::Target> targets) {
  const std::optional<smtp::TlsPolicy> tls = paced.tls();
  const MutexLock lock(mutex_);
  std::vector<ServerPointer> servers;
  for (smtp::Target& target : targets) {
    if (tls) target.tls = *tls;
    const auto known = std::ranges::find_if(servers_, [&](const ServerPointer& server) {
      return server->target.host == target.host && server->target.address == target.address &&
             server->target.tls == target.tls && server->target.certificate == target.certificate &&
             server->target.source == target.source && server->target.helo_name == target.helo_name;
    });
    servers.push_back(known != servers_.end() ? *known : std::make_shared<Server>(std::move(target)));
  }
  servers_ = std::move(servers);
}

std::vector<Site::ServerPointer> Site::servers() const {
  const MutexLock lock(mutex_);
  return servers_;
}

void Site::begin(Dispatch& engine, int lanes) {
  {
    const MutexLock lock(engine_mutex_);
    engine_ = &engine;
  }
  const MutexLock lock(mutex_);
  lanes_running_ = lanes;
}

bool Site::add(std::vector<DueDraft> drafts) {
  report_all(reports_of_held(drafts, paced));
  bool too_few_idle = false;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return false;
    if (is_empty()) progress_ = clock.steady_now();
    too_few_idle = idle_.size() < drafts.size();
    for (DueDraft& draft : drafts) drafts_.of(draft).push_back(std::move(draft));
  }
  if (const std::optional<Refusal> refusal = refusal_now()) {
    report_waiting(*refusal, false);
    return false;
  }
  order();
  return too_few_idle;
}

/// The failure with which mail is reported at once: the site is held, or no target can be used now and mail
/// is not kept.
std::optional<Refusal> Site::refusal_now() const {
  if (options.keeps_mail) return std::nullopt;
  if (std::optional<Refusal> held = paced.refusal_by_hold()) return held;
  if (!openings.pauses(clock.steady_now())) return std::nullopt;
  // A server that was reached and hung up leaves none: its mail waits for the next connection.
  const MutexLock lock(trouble_mutex_);
  if (!failed_) return std::nullopt;
  return Refusal{*failed_, std::nullopt};
}

void Site::report_waiting(const Refusal& why, bool attempted) {
  std::vector<Parcel> waiting;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    while (std::optional<DueDraft> draft = drafts_.pop()) waiting.emplace_back().draft = std::move(*draft);
    while (std::optional<Parcel> parcel = ready_.pop()) waiting.push_back(std::move(*parcel));
  }
  std::vector<DeliveryReport> reports;
  for (Parcel& mail : waiting) reports.push_back(report_of(std::move(mail), why, attempted));
  report_all(std::move(reports));
  offer_room();
}

void Site::report_all(std::vector<DeliveryReport> reports) {
  const MutexLock lock(engine_mutex_);
  if (engine_ != nullptr && !reports.empty()) engine_->attempted(std::move(reports));
}

Site::Load Site::load() const {
  const Time now = clock.steady_now();
  const bool pauses = openings.pauses(now);
  const std::optional<OutletTrouble> failing = trouble();
  const auto hold = paced.hold();
  const std::size_t connections = paced.connections_max();
  const std::size_t most =
      std::clamp<std::size_t>(paced.mails_within(std::chrono::seconds(kAheadSeconds)), 2, kMailsMost);
  const MutexLock lock(mutex_);
  Load load = load_untried();
  load.limit = std::min(load.limit, most);
  load.mails = drafts_.size() + ordered_ + ready_.size() + static_cast<std::size_t>(dialogues_);
  load.under_way = static_cast<std::size_t>(dialogues_);
  load.connections = open_;
  load.up = was_up_ && !failing && !pauses && !hold;
  if (hold) {
    const std::chrono::milliseconds held_for(clock.now_ms() - hold->since_ms);
    if (held_for < SitePace::kHeldAfter) load.limit = 0;
    return load;
  }
  if (!load.up) {
    const std::chrono::milliseconds failed_for(failing ? clock.now_ms() - failing->since_ms : 0);
    if (pauses && failed_for < kDownAfter) load.limit = 0;
    return load;
  }
  const auto soon = static_cast<std::size_t>(kAheadSeconds * ended_.per_second(now));
  // Twice what the connections have at once keeps each of them busy.
  const auto least = std::max<std::size_t>(2 * connections, kMailsUntried);
  load.limit = std::clamp(soon, std::min(least, most), most);
  return load;
}

void Site::offer_room() {
  if (!refused_a_place_) return;
  const Load now = load();
  if (now.limit == 0 || now.mails > now.limit / 2 || !refused_a_place_.exchange(false)) return;
  const MutexLock lock(engine_mutex_);
  if (engine_ != nullptr) engine_->has_room();
}

/// Orders mail for the open connections. In portions of their number, since each order wakes a composer.
void Site::order() {
  std::vector<DueDraft> drafts;
  {
    const MutexLock lock(mutex_);
    const std::size_t wanted = open_ * kAheadPerConnection;
    const std::size_t stock = ready_.size() + ordered_;
    if (stopping_ || stock > wanted / 2) return;
    while (stock + drafts.size() < wanted) {
      std::optional<DueDraft> next = drafts_.pop();
      if (!next) break;
      next->site_number = number;
      drafts.push_back(std::move(*next));
    }
    ordered_ += drafts.size();
  }
  if (drafts.empty()) return;
  const MutexLock lock(engine_mutex_);
  if (engine_ != nullptr) engine_->compose(std::move(drafts));
}

void Site::add_composed(std::vector<Parcel> parcels, std::size_t ordered) {
  const Time now = clock.steady_now();
  for (Parcel& parcel : parcels) parcel.composed = now;
  {
    const MutexLock lock(mutex_);
    ordered_ -= ordered;
    if (stopping_) return;
    for (Parcel& parcel : parcels) ready_.of(parcel.draft).push_back(std::move(parcel));
  }
  if (const std::optional<Refusal> refusal = refusal_now()) return report_waiting(*refusal, false);
  wake_idle();
  order();  // Some may not have been composed.
}

std::optional<Parcel> Site::take() {
  std::vector<Parcel> not_begun;
  std::optional<Parcel> parcel = pop_ready();
  while (parcel && !may_begin(*parcel)) {
    not_begun.push_back(std::move(*parcel));
    dialogue_ended();
    parcel = pop_ready();
  }
  if (!not_begun.empty()) take_back(std::move(not_begun));
  order();
  return parcel;
}

std::optional<Parcel> Site::pop_ready() {
  const MutexLock lock(mutex_);
  if (stopping_) return std::nullopt;
  std::optional<Parcel> parcel = ready_.pop();
  if (parcel) ++dialogues_;
  return parcel;
}

bool Site::may_begin(const Parcel& parcel) {
  if (clock.steady_now() - parcel.composed > kFresh || paced.refusal_of(parcel.draft)) return false;
  const MutexLock lock(engine_mutex_);
  return engine_ != nullptr && engine_->may_begin(parcel.draft);
}

void Site::take_back(std::vector<Parcel> parcels) {
  const MutexLock lock(engine_mutex_);
  if (engine_ != nullptr) engine_->take_back(std::move(parcels));
}

void Site::put_back(Parcel parcel) {
  const MutexLock lock(mutex_);
  if (!stopping_) ready_.of(parcel.draft).push_front(std::move(parcel));
}

std::size_t Site::waiting() const {
  const MutexLock lock(mutex_);
  return drafts_.size() + ordered_ + ready_.size();
}

std::size_t Site::ready() const {
  const MutexLock lock(mutex_);
  return ready_.size();
}

void Site::dialogue_ended() {
  const Time now = clock.steady_now();
  const MutexLock lock(mutex_);
  progress_ = now;
  if (--dialogues_ == 0) changed_.notify_all();
}

void Site::report(DeliveryReport report) {
  record.count(report.attempt, clock.now_ms());
  {
    const MutexLock lock(mutex_);
    was_up_ = true;
    ended_.count(progress_);
  }
  std::vector<DeliveryReport> one;
  one.push_back(std::move(report));
  report_all(std::move(one));
  offer_room();
}

void Site::connection_opened() {
  {
    const MutexLock lock(mutex_);
    ++open_;
  }
  order();
}

void Site::connection_closed() {
  const MutexLock lock(mutex_);
  --open_;
}

void Site::park(Idle idle) {
  {
    const MutexLock lock(mutex_);
    if (!stopping_ && ready_.size() == 0) {
      idle_.push_back(std::move(idle));
      return;
    }
  }
  idle.wake(!stopping_);
}

void Site::wake_idle() {
  std::vector<Idle> woken;
  {
    const MutexLock lock(mutex_);
    // The last parked connection wakes first: unneeded ones reach their idle limit.
    for (std::size_t left = ready_.size(); left > 0 && !idle_.empty(); --left) {
      woken.push_back(std::move(idle_.back()));
      idle_.pop_back();
    }
  }
  for (const Idle& one : woken) one.wake(true);
}

void Site::send_away_idle_since(Time longest) {
  std::vector<Idle> leaving;
  {
    const MutexLock lock(mutex_);
    while (!idle_.empty() && idle_.front().since <= longest) {
      leaving.push_back(std::move(idle_.front()));
      idle_.pop_front();
    }
  }
  for (const Idle& one : leaving) one.wake(false);
}

void Site::report_trouble(const smtp::Attempt& failed) {
  record.count(failed, clock.now_ms());
  {
    // A server that allows fewer connections than we have still takes mail.
    const MutexLock lock(mutex_);
    if (open_ > 0) return;
  }
  {
    const MutexLock lock(trouble_mutex_);
    const std::int64_t since_ms = trouble_ ? trouble_->since_ms : clock.now_ms();
    trouble_ = OutletTrouble{since_ms, failed.text};
    failed_ = failed;
  }
  if (!options.keeps_mail) report_waiting({failed, std::nullopt}, true);
}

void Site::clear_trouble() {
  const MutexLock lock(trouble_mutex_);
  trouble_.reset();
  failed_.reset();
}

std::optional<std::int64_t> Site::slow_since_ms() const {
  const MutexLock lock(mutex_);
  const auto quiet = clock.steady_now() - progress_;
  if (is_empty() || quiet < kSlow) return std::nullopt;
  return clock.now_ms() - std::chrono::duration_cast<std::chrono::milliseconds>(quiet).count();
}

std::optional<OutletTrouble> Site::trouble() const {
  const MutexLock lock(trouble_mutex_);
  return trouble_;
}

bool Site::is_unused() const {
  const MutexLock lock(mutex_);
  return is_empty() && open_ == 0 && connecting == 0;
}

bool Site::stop() {
  Queues<DueDraft> drafts;
  Queues<Parcel> ready;
  {
    const MutexLock lock(mutex_);
    if (stopping_.exchange(true)) return false;
    std::swap(drafts_, drafts);
    std::swap(ready_, ready);
  }
  send_away_idle_since(Time::max());
  return true;
}

void Site::lane_ended() {
  const MutexLock lock(mutex_);
  --lanes_running_;
  changed_.notify_all();
}

bool Site::wait_until_quiet(std::chrono::milliseconds patience) {
  MutexLock lock(mutex_);
  return changed_.wait_for(
      lock, patience, [this]() SESAME_REQUIRES(mutex_) { return dialogues_ == 0 && lanes_running_ == 0; });
}

void Site::close() {
  const MutexLock lock(engine_mutex_);
  engine_ = nullptr;
}

}  // namespace sesame::delivery
