#include "delivery/sweeper.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace sesame::delivery {
namespace {

void report(const Error& error) {
  log_warning("delivery.sweep_waits", {{"reason", error.reason()}, {"cause", error.cause()}});
}

}  // namespace

/// Reads the sweeps when one was ordered since. Those that are known keep their place.
void Sweeper::refresh() {
  if (changes_ == nullptr) return;
  const std::uint64_t number = changes_->number();
  if (known_ && (number == checked_ || !changes_->any_since(checked_, messages::kSweepsChanged))) {
    checked_ = number;
    return;
  }
  auto found = database_.get<std::vector<messages::Sweep>>([](storage::Reader& reader) {
    return Result<std::vector<messages::Sweep>>(messages::read_sweeps(reader));
  });
  if (!found) return report(found.error());
  std::vector<UnderWay> sweeps;
  for (messages::Sweep& sweep : *found) {
    const auto known =
        std::ranges::find(sweeps_, sweep.sweep_id, [](const UnderWay& one) { return one.sweep.sweep_id; });
    sweeps.push_back(known == sweeps_.end() ? UnderWay{std::move(sweep)} : std::move(*known));
  }
  sweeps_ = std::move(sweeps);
  known_ = true;
  checked_ = number;
}

/// The sweep whose turn it is; null when none has something to do now.
Sweeper::UnderWay* Sweeper::next() {
  const auto now = clock_.steady_now();
  for (std::size_t i = 0; i < sweeps_.size(); ++i) {
    UnderWay& sweep = sweeps_[(turn_ + i) % sweeps_.size()];
    if (sweep.resumes > now) continue;
    turn_ = (turn_ + i + 1) % sweeps_.size();
    return &sweep;
  }
  return nullptr;
}

Sweeper::Portion Sweeper::take(std::size_t room, std::unordered_set<std::int64_t>& in_flight) {
  Portion portion;
  refresh();
  room = std::min(room, kDroppedAtOnce - std::min(kDroppedAtOnce, dropping_.size()));
  UnderWay* const sweep = next();
  waits_ = false;
  if (sweep == nullptr) return portion;
  if (sweep->sweep.act == messages::SweepAct::retry) {
    portion.more = retry(*sweep);
  } else if (room == 0) {
    waits_ = true;
  } else {
    drop(*sweep, room, in_flight, portion);
  }
  return portion;
}

/// False when the database could not be written; it is tried again after a pause.
bool Sweeper::retry(UnderWay& sweep) {
  messages::SweepPosition position;
  const Result<bool> more =
      database_.change<bool>(storage::Priority::bulk, [&](storage::Writer& writer) -> Result<bool> {
        position = sweep.position;  // The job may run twice.
        const bool left =
            messages::retry_some(writer, sweep.sweep, position, clock_.now_ms(), kRetriedTogether);
        if (!left) messages::end_sweep(writer, sweep.sweep.sweep_id);
        return left;
      });
  if (!more) {
    wait(sweep, more.error());
    return false;
  }
  sweep.position = position;
  // Its mail may stand before the place of a drop now, which needs another pass.
  for (UnderWay& one : sweeps_) one.any_taken = true;
  if (!*more) forget(sweep.sweep.sweep_id);
  return true;
}

void Sweeper::drop(UnderWay& sweep, std::size_t room, std::unordered_set<std::int64_t>& in_flight,
                   Portion& portion) {
  const auto taken = [&in_flight](std::int64_t row_id) { return in_flight.contains(row_id); };
  messages::SweepPosition position = sweep.position;
  auto found = database_.get<messages::SweptRows>([&](storage::Reader& reader) {
    position = sweep.position;
    return Result<messages::SweptRows>(messages::find_swept(reader, sweep.sweep, position, room, taken));
  });
  if (!found) return wait(sweep, found.error());
  sweep.position = position;
  sweep.any_taken = sweep.any_taken || found->any_taken || !found->row_ids.empty();
  portion.row_ids = std::move(found->row_ids);
  portion.reason = sweep.sweep.reason;
  portion.more = true;
  in_flight.insert(portion.row_ids.begin(), portion.row_ids.end());
  dropping_.insert(portion.row_ids.begin(), portion.row_ids.end());
  if (found->more) return;
  // The order stays on disk until the outcomes of all its mail are there: a pass that meets no mail, not even
  // mail under way, is the last.
  if (!sweep.any_taken) {
    portion.more = end(sweep);
    return;
  }
  sweep.position = {};
  sweep.any_taken = false;
  sweep.resumes = clock_.steady_now() + kPause;
}

/// False when the database could not be written; it is tried again after a pause.
bool Sweeper::end(UnderWay& sweep) {
  const std::int64_t sweep_id = sweep.sweep.sweep_id;
  const Status status =
      database_.write_and_wait(storage::Priority::bulk, [sweep_id](storage::Writer& writer) -> Status {
        messages::end_sweep(writer, sweep_id);
        return Done{};
      });
  if (!status) {
    sweep.position = {};
    wait(sweep, status.error());
    return false;
  }
  forget(sweep_id);
  return true;
}

void Sweeper::wait(UnderWay& sweep, const Error& error) {
  report(error);
  sweep.resumes = clock_.steady_now() + kPause;
}

void Sweeper::forget(std::int64_t sweep_id) {
  std::erase_if(sweeps_, [sweep_id](const UnderWay& one) { return one.sweep.sweep_id == sweep_id; });
}

const messages::Sweep* Sweeper::drop_of(const DueDraft& draft) {
  refresh();
  for (const UnderWay& one : sweeps_) {
    if (one.sweep.act == messages::SweepAct::drop && one.sweep.covers(draft, draft.row_id)) return &one.sweep;
  }
  return nullptr;
}

}  // namespace sesame::delivery
