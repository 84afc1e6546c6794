#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "dns/errors.hpp"
#include "dns/resolver.hpp"

namespace sesame::testkit {

/// A Resolver that answers from the published records, at once and on the caller's thread. Thread: any.
class FakeResolver final : public dns::Resolver {
 public:
  void publish(const std::string& name, Texts texts) {
    change([&] { texts_[name] = std::move(texts); });
  }
  void publish(const std::string& name, MailHosts hosts) {
    change([&] { mail_hosts_[name] = std::move(hosts); });
  }
  void withdraw(const std::string& name) {
    change([&] { texts_.erase(name); });
  }
  /// From now on no question is answered (or every one again).
  void be_down(bool down) {
    change([&] { down_ = down; });
  }
  /// Questions for this name are not answered.
  void fail(const std::string& name, bool fails = true) {
    change([&] { fails_[name] = fails; });
  }
  std::size_t questions() const {
    const std::lock_guard lock(mutex_);
    return questions_;
  }

  void texts(const std::string& name, TextAnswer answer) override { give(name, texts_, answer); }
  void mail_hosts(const std::string& name, MailHostAnswer answer) override {
    give(name, mail_hosts_, answer);
  }

 private:
  template <class Change>
  void change(Change change) {
    const std::lock_guard lock(mutex_);
    change();
  }

  template <class T, class Answer>
  void give(const std::string& name, const std::map<std::string, T>& from, const Answer& answer) {
    Result<T> known = T();
    {
      const std::lock_guard lock(mutex_);
      ++questions_;
      const auto found = from.find(name);
      if (found != from.end()) known = found->second;
      if (down_ || fails_[name]) known = Error(dns::errors::kNoAnswer).with("name", name);
    }
    answer(std::move(known));
  }

  // All guarded by mutex_.
  mutable std::mutex mutex_;
  std::map<std::string, Texts> texts_;
  std::map<std::string, MailHosts> mail_hosts_;
  std::map<std::string, bool> fails_;
  bool down_ = false;
  std::size_t questions_ = 0;
};

}  // namespace sesame::testkit
