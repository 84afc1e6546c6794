#include "campaigns/runner.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include "base/log.hpp"
#include "campaigns/draft_lookup.hpp"
#include "campaigns/failure_text.hpp"
#include "campaigns/run_changes.hpp"
#include "campaigns/tasks.hpp"
#include "storage/errors.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kUnfinishedRuns{
    "campaigns.unfinished_runs",
    "SELECT r.run_id, t.status, r.account_id FROM run r JOIN send_task t USING (task_id)"
    " WHERE r.finished_ms IS NULL ORDER BY r.run_id"};
constexpr storage::Sql kFailRun{
    "campaigns.fail_run",
    "UPDATE run SET finished_ms = ?2, stopped = 1 WHERE run_id = ?1 AND finished_ms IS NULL"};
// A failed task can't be resumed, so mail that its pause held up would wait in vain, and must not begin.
constexpr storage::Sql kStopHeldMail{
    "campaigns.stop_held_mail",
    "UPDATE run SET stopped = 1 WHERE task_id = ?1 AND deferred > 0 AND EXISTS (SELECT 1 FROM send_task t "
    "WHERE t.task_id = run.task_id AND t.held = 1)"};
constexpr storage::Sql kFailTask{"campaigns.fail_task",
                                 "UPDATE send_task SET status = ?4, error = ?2, updated_ms = ?3, held = 0,"
                                 " due_ms = NULL, resume_ms = NULL"
                                 " WHERE task_id = (SELECT task_id FROM run WHERE run_id = ?1)"};
constexpr storage::Sql kDropPlan{
    "campaigns.drop_failed_plan",
    "DELETE FROM task_plan WHERE task_id = (SELECT task_id FROM run WHERE run_id = ?1)"};

constexpr storage::Sql kTaskOf{"campaigns.task_of", "SELECT task_id FROM run WHERE run_id = ?1"};

std::int64_t task_of(storage::Reader& reader, std::int64_t run_id) {
  const auto row = reader.query(kTaskOf, run_id);
  return row->next() ? row->next_integer() : 0;
}

constexpr std::uint32_t kJudgedAtLeast = 100;

/// The position of a run whose recipients have all been handed out.
constexpr std::uint32_t kAtEnd = std::numeric_limits<std::uint32_t>::max();

/// Whether the run is tried again. The faults of the database that last until a restart or a repair say
/// nothing about the run either, and a failed task is never continued.
bool may_pass(const Error& error) {
  return error.temporary() || error.is(storage::errors::kCorrupt) || error.is(storage::errors::kJobFailed) ||
         error.is(storage::errors::kSyncLost);
}

}  // namespace

Runner::Runner(storage::Database& database, const ComposeContext& context, const messages::Changes& changes,
               Rules rules)
    : database_(database),
      clock_(*context.clock),
      changes_(changes),
      rules_(std::move(rules)),
      mailings_(context),
      sends_(database, context),
      paces_(*context.clock) {}

Runner::~Runner() = default;

std::vector<messages::Draft> Runner::take(std::size_t room) {
  record_failed();
  aside_.begin_look();
  std::vector<messages::Draft> drafts;
  drafts.reserve(room);
  do {
    turn_over_ = false;
    if (paces_.may_go_on() || an_account_goes_on()) runs_may_differ_ = true;
    if (runs_may_differ_.exchange(false)) {
      find_runs();
      expedite_more_ = true;
    }
    if (expedite_more_) expedite_waiting();
    if (!aside_.empty()) take_set_aside(room, drafts);
    take_in_turns(room, drafts);
  } while (drafts.empty() && turn_over_);
  if (active_.size() > 1) active_.splice(active_.end(), active_, active_.begin());
  passed_over_.publish(aside_, rules_.admission, clock_.steady_now());
  return drafts;
}

/// Hands out what was set aside of the runs whose task is sending. Neither the hour's nor the day's limit
/// counts it once more.
void Runner::take_set_aside(std::size_t room, std::vector<messages::Draft>& drafts) {
  for (const std::int64_t run_id : aside_.runs_in_turn()) {
    if (drafts.size() >= room) return;
    if (sending_.contains(run_id) && !take_set_aside(run_id, room, drafts)) return;
  }
}

/// False when the database could not be read; the next take() tries again.
bool Runner::take_set_aside(std::int64_t run_id, std::size_t room, std::vector<messages::Draft>& drafts) {
  const std::size_t before = drafts.size();
  const std::size_t most = std::min(room - before, paces_.allowed(run_id));
  const std::vector<std::uint32_t> ordinals = aside_.take(run_id, most, rules_.admission);
  if (ordinals.empty()) return true;
  std::vector<accounts::MailId> ids;
  for (const std::uint32_t ordinal : ordinals)
    ids.push_back({0, accounts::MailId::Kind::run, run_id, ordinal});
  DraftLookup lookup(database_, mailings_, sends_, DraftJudge(rules_.filters, changes_));
  Result<std::vector<messages::Draft>> found = lookup.drafts(ids, clock_.now_ms());
  const bool unverified = !found && is_unverified(found.error());
  if (unverified || (!found && may_pass(found.error()))) {
    aside_.put_back(run_id, ordinals);
    return unverified && wait_for_sender(run_id, found.error());
  }
  if (!found) {
    fail_run(run_id, found.error());
    aside_.forget(run_id);
    runs_may_differ_ = true;
    return true;
  }
  for (messages::Draft& draft : *found) {
    // The servers of its destination may be others by now.
    std::optional<messages::Crowd> crowd;
    const bool paused = draft.permission == messages::Permission::delivery_paused;
    if (rules_.admission != nullptr && (draft.granted() || paused)) {
      crowd = rules_.admission->ask({.account_id = draft.scope.account_id,
                                     .domain = messages::domain_of(draft.to_address),
                                     .sender = messages::domain_of(draft.from_address),
                                     .sandboxed = draft.sandboxed});
    }
    if (crowd) {
      aside_.move(run_id, *crowd, draft.id.ordinal);
    } else {
      drafts.push_back(std::move(draft));
    }
  }
  paces_.count(run_id, std::span(drafts).subspan(before));
  return true;
}

/// Pauses the run's task. False when the database could not be written.
bool Runner::wait_for_sender(std::int64_t run_id, const Error& error) {
  const auto task = database_.get<std::int64_t>(
      [&](storage::Reader& reader) { return Result<std::int64_t>(task_of(reader, run_id)); });
  if (!task || !wait_until_verified(database_, *task, clock_.now_ms(), error)) return false;
  runs_may_differ_ = true;
  return true;
}

/// Makes waiting mail of resumed and stopped tasks due, a portion per call.
void Runner::expedite_waiting() {
  const Result<bool> more = database_.change<bool>(
      storage::Priority::bulk,
      [&](storage::Writer& writer) -> Result<bool> { return expedite_some(writer, clock_.now_ms()); });
  if (more) expedite_more_ = *more;
}

void Runner::take_back(std::span<const accounts::MailId> ids) {
  for (const accounts::MailId& id : ids) aside_.put_back(id.parent_id, {&id.ordinal, 1});
}

Status Runner::judge(std::span<messages::Draft* const> drafts) {
  const DraftJudge judge(rules_.filters, changes_);
  return database_.read_and_wait([&](storage::Reader& reader) -> Status {
    judge.judge(reader, drafts, clock_.now_ms());
    return Done{};
  });
}

void Runner::take_in_turns(std::size_t room, std::vector<messages::Draft>& drafts) {
  while (drafts.size() < room && !active_.empty()) {
    // Runs take turns with equal shares, so that a small task does not wait behind a large one.
    const std::size_t share = std::max<std::size_t>(1, (room - drafts.size()) / active_.size());
    const std::size_t before = drafts.size();
    for (auto run = active_.begin(); run != active_.end() && drafts.size() < room;) {
      if (take_at_pace(*run, std::min(share, room - drafts.size()), drafts)) {
        ++run;
      } else {
        run = active_.erase(run);
        runs_may_differ_ = true;  // A waiting run can be opened now.
      }
    }
    if (drafts.size() == before) break;
  }
}

Result<Runner::Unfinished> Runner::list_unfinished() {
  return database_.get<Unfinished>([](storage::Reader& reader) -> Result<Unfinished> {
    Unfinished unfinished;
    const auto rows = reader.query(kUnfinishedRuns);
    while (rows->next()) {
      const std::int64_t run_id = rows->next_integer();
      const auto status = rows->next_integer<TaskStatus>();
      const std::int64_t account_id = rows->next_integer();
      unfinished.all.insert(unfinished.all.end(), run_id);
      if (status == TaskStatus::sending) unfinished.sending.emplace(run_id, account_id);
    }
    unfinished.rates = read_run_rates(reader);
    return unfinished;
  });
}

void Runner::find_runs() {
  const Result<Unfinished> unfinished = list_unfinished();
  if (!unfinished) {
    runs_may_differ_ = true;
    return;
  }
  put_paused_away(*unfinished);
  paces_.set(unfinished->rates);
  const auto is_over = [&](const auto& one) { return !unfinished->all.contains(one.first); };
  std::erase_if(positions_, is_over);
  aside_.keep_only(unfinished->all);
  sending_.clear();
  for (const auto& [run_id, account_id] : unfinished->sending) sending_.insert(run_id);
  std::erase_if(turns_, is_over);
  std::vector<Waiting> waiting = list_waiting(*unfinished);
  while (!waiting.empty() && active_.size() < kRunsAtOnce) {
    // Runs of which mail may begin come first, then the account with the fewest open runs, then the run that
    // has waited longest.
    const auto next = std::ranges::min_element(waiting, {}, [&](const Waiting& one) {
      const auto open =
          std::ranges::count(active_, one.account_id, [](const OpenRun& run) { return run.account_id(); });
      const auto turn = turns_.find(one.run_id);
      return std::tuple(may_begin_none(one.run_id, one.account_id), open,
                        turn == turns_.end() ? 0 : turn->second, one.run_id);
    });
    const std::int64_t run_id = next->run_id;
    waiting.erase(next);
    if (!open_run(run_id)) break;
  }
  std::vector<std::int64_t> aside;
  others_wait_ = false;
  paused_accounts_.clear();
  for (const Waiting& one : waiting) {
    if (paces_.allowed(one.run_id) == 0) aside.push_back(one.run_id);
    if (is_paused(one.account_id)) paused_accounts_.insert(one.account_id);
    others_wait_ = others_wait_ || !may_begin_none(one.run_id, one.account_id);
  }
  paces_.set_aside(std::move(aside));
}

/// Whether delivery is paused for all mail of the account.
bool Runner::is_paused(std::int64_t account_id) const {
  return rules_.admission != nullptr && rules_.admission->pauses_account(account_id);
}

/// Whether runs that are not open wait for the end of a pause that has ended.
bool Runner::an_account_goes_on() const {
  return std::ranges::any_of(paused_accounts_, [&](std::int64_t id) { return !is_paused(id); });
}

bool Runner::may_begin_none(std::int64_t run_id, std::int64_t account_id) {
  return paces_.allowed(run_id) == 0 || is_paused(account_id);
}

/// The sending runs that are not open.
std::vector<Runner::Waiting> Runner::list_waiting(const Unfinished& unfinished) const {
  std::set<std::int64_t> active;
  for (const OpenRun& run : active_) active.insert(run.run_id());
  std::vector<Waiting> waiting;
  for (const auto& [run_id, account_id] : unfinished.sending) {
    const auto position = positions_.find(run_id);
    const bool at_end = position != positions_.end() && position->second == kAtEnd;
    if (!active.contains(run_id) && !at_end) waiting.push_back({run_id, account_id});
  }
  return waiting;
}

/// Closes runs that were paused, stopped or have failed. Their positions stay: mail in flight must not be
/// handed out again when they continue.
void Runner::put_paused_away(const Unfinished& unfinished) {
  for (auto run = active_.begin(); run != active_.end();) {
    run->closing = !unfinished.sending.contains(run->run_id());
    if (!run->closing) {
      ++run;
    } else if (run->close(clock_.now_ms())) {
      positions_[run->run_id()] = run->position();
      run = active_.erase(run);
    } else {
      runs_may_differ_ = true;
      ++run;
    }
  }
}

/// False when the database could not be read; the run is opened again later.
bool Runner::open_run(std::int64_t run_id) {
  auto opened = database_.get<std::shared_ptr<const RunMailing>>(
      [&](storage::Reader& reader) { return mailings_.open(reader, run_id); });
  if (!opened && may_pass(opened.error())) {
    runs_may_differ_ = true;
    return false;
  }
  if (!opened) {
    fail_run(run_id, opened.error());
    return true;
  }
  const auto known = positions_.find(run_id);
  const std::uint32_t position = known == positions_.end() ? 0 : known->second;
  positions_.erase(run_id);
  active_.emplace_back(
      OpenRun::Rules{database_, rules_.filters, rules_.quota, changes_, rules_.admission, aside_},
      std::move(*opened), position);
  return true;
}

/// Takes drafts from one run. False when it has no more to hand out, failed, or waits for the quota.
bool Runner::take_from(OpenRun& run, std::size_t room, std::vector<messages::Draft>& drafts) {
  const std::size_t full = drafts.size() + room;
  while (drafts.size() < full && !run.closing) {
    if (!run.has_block() || run.must_judge()) {
      const Result<OpenRun::Loaded> loaded = run.load(clock_.now_ms());
      if (!loaded) {
        if (may_pass(loaded.error())) return true;
        fail_run(run.run_id(), loaded.error());
        return false;
      }
      if (*loaded != OpenRun::Loaded::ready) {
        positions_[run.run_id()] = *loaded == OpenRun::Loaded::paused ? run.position() : kAtEnd;
        return false;
      }
    }
    if (!run.hand_out(full, clock_.now_ms(), drafts)) return true;
    if (drafts.size() >= full) return true;
    if (run.must_judge()) continue;
    if (!run.close(clock_.now_ms())) return true;  // The next take() tries again.
    if (others_wait_) return give_up_turn(run);
  }
  return true;
}

/// Makes room for a run that waits. Its block is closed.
bool Runner::give_up_turn(const OpenRun& run) {
  positions_[run.run_id()] = run.position();
  turns_[run.run_id()] = ++turn_;
  turn_over_ = true;
  return false;
}

/// Takes what the caps of the run's task allow now. Withheld recipients take up room, and are not counted.
bool Runner::take_at_pace(OpenRun& run, std::size_t room, std::vector<messages::Draft>& drafts) {
  const std::size_t allowed = is_paused(run.account_id()) ? 0 : paces_.allowed(run.run_id());
  if (allowed == 0) {
    // The next look, in a second, finds some credit; meanwhile another run may have the place.
    return !others_wait_ || run.closing || !run.close(clock_.now_ms()) || give_up_turn(run);
  }
  run.judged_together = paces_.judged_together(run.run_id(), OpenRun::kJudgedTogether);
  // Those who are passed over are judged, too: one by one would be a read for each.
  if (rules_.admission != nullptr && rules_.admission->may_refuse())
    run.judged_together = std::max(run.judged_together, kJudgedAtLeast);
  const std::size_t before = drafts.size();
  const std::int64_t run_id = run.run_id();
  const bool stays = take_from(run, std::min(room, allowed), drafts);
  paces_.count(run_id, std::span(drafts).subspan(before));
  return stays;
}

void Runner::fail_run(std::int64_t run_id, const Error& error) {
  const std::string text = failure_text(error);
  log_error("campaigns.run_failed", {{"run", run_id}, {"reason", text}, {"cause", error.cause()}});
  positions_[run_id] = kAtEnd;
  failed_.emplace(run_id, text);
  record_failed();
}

/// Each take() tries again until the database accepts it.
void Runner::record_failed() {
  if (failed_.empty()) return;
  const Status status =
      database_.write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) -> Status {
        for (const auto& [run_id, text] : failed_) {
          const std::int64_t task_id = task_of(writer, run_id);
          publish_runs(writer, task_id);
          mark_to_expedite(writer, task_id);
          // The task may have been stopped meanwhile.
          if (writer.run(kFailRun, run_id, clock_.now_ms()) == 0) continue;
          writer.run(kStopHeldMail, task_id);
          writer.run(kFailTask, run_id, text, clock_.now_ms(), TaskStatus::failed);
          writer.run(kDropPlan, run_id);
        }
        return Done{};
      });
  if (!status) return;
  failed_.clear();
  expedite_more_ = true;
}

Result<std::vector<messages::Draft>> Runner::drafts(std::span<const messages::DueMessage> due) {
  DraftLookup lookup(database_, mailings_, sends_, DraftJudge(rules_.filters, changes_));
  return lookup.drafts(due, clock_.now_ms());
}

}  // namespace sesame::campaigns
