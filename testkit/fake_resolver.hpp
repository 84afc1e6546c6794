#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dns/errors.hpp"
#include "dns/resolver.hpp"

namespace sesame::testkit {

/// A Resolver that answers from the published records, at once and on the caller's thread, or once it is
/// released. A name with nothing published does not exist. Thread: any.
class FakeResolver final : public dns::Resolver {
 public:
  static constexpr std::uint32_t kTtlS = 3600;

  void publish(const std::string& name, const Texts& texts) {
    std::vector<dns::Record> records;
    for (const std::string& text : texts) records.push_back({name, dns::RecordType::txt, kTtlS, text});
    publish(name, dns::RecordType::txt, std::move(records));
  }
  void publish(const std::string& name, const MailHosts& hosts, std::uint32_t ttl_s = kTtlS) {
    std::vector<dns::Record> records;
    for (const dns::MailHost& host : hosts) records.push_back({name, dns::RecordType::mx, ttl_s, host});
    publish(name, dns::RecordType::mx, std::move(records));
  }
  /// The address in digits: an A or AAAA record.
  void publish_address(const std::string& name, const std::string& digits, std::uint32_t ttl_s = kTtlS) {
    const net::Address address = *net::Address::parse(digits);
    const auto type = address.is_v4() ? dns::RecordType::a : dns::RecordType::aaaa;
    change([&] { records_[name][type].push_back({name, type, ttl_s, address}); });
  }
  /// Makes the name exist, without records.
  void publish_name(const std::string& name) {
    change([&] { records_[name]; });
  }
  void publish(const std::string& name, dns::RecordType type, std::vector<dns::Record> records) {
    change([&] { records_[name][type] = std::move(records); });
  }
  void withdraw(const std::string& name) {
    change([&] { records_.erase(name); });
  }
  /// From now on no question is answered (or every one again).
  void be_down(bool down) {
    change([&] { down_ = down; });
  }
  /// Questions for this name are not answered.
  void fail(const std::string& name, bool fails = true) {
    change([&] {
      if (fails) {
        failing_.insert(name);
      } else {
        failing_.erase(name);
      }
    });
  }
  /// Every question is refused with this error; nullptr: with none.
  void refuse(const ErrorName* refusal) {
    change([&] { refusal_ = refusal; });
  }
  /// Questions wait from now on.
  void hold() {
    change([&] { held_ = true; });
  }
  /// Answers `count` of those that wait, in their order, by what is published now.
  void release(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      Question next;
      {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) return;
        next = std::move(waiting_.front());
        waiting_.pop_front();
      }
      next.callback(find(next.name, next.type));
    }
  }
  /// Answers all that wait, and questions at once from now on.
  void release() {
    change([&] { held_ = false; });
    release(waiting());
  }
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }
  std::size_t questions() const {
    const std::lock_guard lock(mutex_);
    return asked_.size();
  }
  std::size_t questions(const std::string& name, dns::RecordType type) const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& asked : asked_) count += asked == std::pair(name, type) ? 1 : 0;
    return count;
  }

  void ask(const std::string& name, dns::RecordType type, Callback callback) override {
    {
      const std::lock_guard lock(mutex_);
      asked_.emplace_back(name, type);
      if (held_) {
        waiting_.push_back({name, type, std::move(callback)});
        return;
      }
    }
    callback(find(name, type));
  }

 private:
  struct Question {
    std::string name;
    dns::RecordType type = dns::RecordType::txt;
    Callback callback;
  };

  template <class Change>
  void change(Change change) {
    const std::lock_guard lock(mutex_);
    change();
  }

  Result<dns::Answer> find(const std::string& name, dns::RecordType type) const {
    const std::lock_guard lock(mutex_);
    if (refusal_ != nullptr) return Error(*refusal_);
    if (down_ || failing_.contains(name)) return Error(dns::errors::kNoAnswer).with("name", name);
    dns::ServerAnswer server;
    server.resolves = true;
    const auto records = records_.find(name);
    if (records == records_.end()) {
      server.code = dns::Rcode::no_such_name;
    } else if (const auto found = records->second.find(type); found != records->second.end()) {
      server.records = found->second;
    }
    return dns::pick_answer(std::move(server), name, type, dns::Trust::unknown);
  }

  // All guarded by mutex_.
  mutable std::mutex mutex_;
  std::map<std::string, std::map<dns::RecordType, std::vector<dns::Record>>> records_;
  std::set<std::string> failing_;
  std::vector<std::pair<std::string, dns::RecordType>> asked_;
  std::deque<Question> waiting_;
  const ErrorName* refusal_ = nullptr;
  bool down_ = false;
  bool held_ = false;
};

}  // namespace sesame::testkit
