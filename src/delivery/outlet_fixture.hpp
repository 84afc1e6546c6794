#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "delivery/outlet.hpp"

namespace sesame::delivery {

/// A draft of a short mail to an address.
inline DueDraft draft_to(const std::string& to, const accounts::MailId& id) {
  DueDraft draft;
  draft.id = id;
  draft.to_address = to;
  draft.compose = [to]() -> Result<content::Mail> {
    return content::Mail{"a@sender.test", to, "Subject: x\r\n\r\nHello " + to + "\r\n"};
  };
  return draft;
}

/// An engine with one composer.
class FakeEngine final : public Dispatch {
 public:
  void begin(Outlet& outlet) {
    composer_ = std::thread([this, &outlet] { run(outlet); });
  }
  ~FakeEngine() override {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    if (composer_.joinable()) composer_.join();
  }
  void compose(std::vector<DueDraft> drafts) override {
    const std::lock_guard lock(mutex_);
    composed += drafts.size();
    waiting_.push_back(std::move(drafts));
    changed_.notify_all();
  }
  bool may_begin(const DueDraft& draft) const override { return forbidden.load() != draft.id.parent_id; }
  void take_back(std::vector<Parcel> parcels) override { taken_back += parcels.size(); }
  void attempted(std::vector<DeliveryReport> reports) override {
    const std::lock_guard lock(mutex_);
    for (DeliveryReport& one : reports) {
      if (!one.attempted) ++parked;
      if (one.retry_in) retries_in_.push_back(*one.retry_in);
      results_.push_back(std::move(one.attempt));
    }
  }
  void has_room() override { ++rooms; }
  std::vector<smtp::Attempt> results() {
    const std::lock_guard lock(mutex_);
    return results_;
  }

  /// The times until the next attempt that did not follow the schedule.
  std::vector<std::chrono::milliseconds> retries_in() {
    const std::lock_guard lock(mutex_);
    return retries_in_;
  }

  std::atomic<std::size_t> composed{0};  // Drafts that were ordered.
  std::atomic<std::size_t> given{0};     // Drafts that were given to the outlet, composed.
  std::atomic<std::size_t> taken_back{0};
  std::atomic<std::size_t> rooms{0};        // Times that the outlet had room again.
  std::atomic<std::size_t> parked{0};       // Reports without an attempt.
  std::atomic<std::int64_t> forbidden{-1};  // The run whose mail may not begin.

 private:
  void run(Outlet& outlet) {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
      if (ended_) return;
      std::vector<DueDraft> drafts = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      std::vector<Parcel> parcels;
      for (DueDraft& draft : drafts) {
        Parcel parcel;
        parcel.mail = draft.compose().value();
        parcel.draft = std::move(draft);
        parcels.push_back(std::move(parcel));
      }
      const std::size_t ordered = parcels.size();
      outlet.composed(std::move(parcels), {});
      given += ordered;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<DueDraft>> waiting_;
  std::vector<smtp::Attempt> results_;
  std::vector<std::chrono::milliseconds> retries_in_;
  bool ended_ = false;
  std::thread composer_;
};

}  // namespace sesame::delivery
