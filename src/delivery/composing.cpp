#include "delivery/composing.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.hpp"
#include "base/start_thread.hpp"
#include "base/thread_name.hpp"

namespace sesame::delivery {
namespace {

/// Mails composed before they are given to the outlet: few enough that it starts at once, enough to spare
/// wake-ups.
constexpr std::size_t kTogether = 16;

}  // namespace

void Composing::start() {
  const unsigned count = std::max(parts_.limits.composers, 1U);
  for (unsigned i = 0; i < count; ++i) threads_.push_back(start_thread([this] { run(); }));
}

void Composing::add(std::vector<DueDraft> drafts) {
  const MutexLock lock(mutex_);
  std::ranges::move(drafts, std::back_inserter(waiting_));
  changed_.notify_all();
}

void Composing::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    waiting_.clear();
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Composing::run() {
  name_this_thread("composer");
  while (true) {
    std::vector<DueDraft> drafts = next();
    if (drafts.empty() || !budget_.wait_for_bytes()) return;
    compose(std::move(drafts));
  }
}

std::vector<DueDraft> Composing::next() {
  MutexLock lock(mutex_);
  changed_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return stopping_ || !waiting_.empty(); });
  std::vector<DueDraft> drafts;
  while (!waiting_.empty() && drafts.size() < kTogether) {
    drafts.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return drafts;
}

void Composing::compose(std::vector<DueDraft> drafts) {
  std::vector<Parcel> parcels;
  std::vector<Parcel> not_begun;
  std::vector<Recorder::Entry> uncomposed;
  bool fault_logged = false;
  parcels.reserve(drafts.size());
  std::vector<std::uint64_t> missing;  // Sites that ordered what was not composed.
  const auto give = [&] { parts_.outlet.composed(std::exchange(parcels, {}), std::exchange(missing, {})); };
  const auto miss = [&](const DueDraft& draft) {
    if (!draft.for_sandbox) missing.push_back(draft.site_number);  // The sandbox keeps no count.
  };
  for (DueDraft& draft : drafts) {
    // A composer that waits for room must first give away its own mail, which takes up room.
    if ((!missing.empty() || !parcels.empty()) && !budget_.has_room_for_bytes()) give();
    if (!budget_.wait_for_bytes()) break;
    if (!engine_.may_begin(draft)) {
      miss(draft);
      not_begun.push_back(Parcel{.draft = std::move(draft)});
      continue;
    }
    Result<content::Mail> mail = draft.compose();
    if (!mail) {
      miss(draft);
      const Error& why = mail.error();
      // One line for all of them: what one mail lacks, a signing key for example, its neighbours lack, too.
      if (why.name().fault() == Fault::internal && !std::exchange(fault_logged, true)) {
        log_error("delivery.mail_not_composed",
                  {{"message_id", draft.message_id}, {"reason", why.reason()}, {"cause", why.cause()}});
      }
      messages::Outcome outcome =
          judge_uncomposed(draft, why, parts_.retry, parts_.clock.now_ms(), parts_.random);
      uncomposed.push_back(Recorder::Entry{std::move(outcome), std::nullopt});
      continue;
    }
    Parcel parcel;
    parcel.charged_bytes = mail->bytes.size();
    parcel.mail = std::move(mail).value();
    parcel.draft = std::move(draft);
    budget_.take_bytes(parcel.charged_bytes);
    const bool heavy = parcel.charged_bytes > 64 * 1024;
    parcels.push_back(std::move(parcel));
    if (heavy) give();  // Its bytes must not wait while other mails wait for room.
  }
  if (!missing.empty() || !parcels.empty()) give();
  if (!uncomposed.empty()) recorder_.add(std::move(uncomposed));
  if (!not_begun.empty()) engine_.take_back(std::move(not_begun));
}

}  // namespace sesame::delivery
