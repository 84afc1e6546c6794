#pragma once

#include <set>
#include <utility>
#include <vector>

#include "effects/mail_effects.hpp"
#include "testkit/manual_clock.hpp"

namespace sesame::effects {

inline constexpr std::int64_t kNoon = 1'796'126'400'000;  // 2026-12-01 12:00 UTC.
inline const accounts::MailId kMail{1, accounts::MailId::Kind::run, 5, 17};

/// One mail, and what was marked on it. For one job at a time.
class OneMail final : public MailBook {
 public:
  std::optional<StoredMail> find(storage::Reader&, const accounts::MailId& ref) override {
    if (ref != kMail) return std::nullopt;
    StoredMail mail;
    mail.ref = ref;
    mail.scope = {1, "ap-guangzhou"};
    mail.message_id = "qcloudses-30-1";
    mail.from_address = "news@shop.test";
    mail.to_address = "reader@post.test";
    mail.requested_ms = kNoon;
    mail.delivered_ms = delivered_ms;
    mail.first_attempt = first_attempt;
    mail.delivered = !returned_;
    mail.sender_domain = "shop.test";
    mail.subject = "Offers";
    return mail;
  }
  bool mark(storage::Writer&, const StoredMail&, MailMark mark) override {
    return marks_.insert(mark).second;
  }
  bool mark_bounced(storage::Writer&, const StoredMail&, std::string_view) override {
    return !std::exchange(returned_, true);
  }
  bool has(MailMark mark) const { return marks_.contains(mark); }

  std::int64_t delivered_ms = 0;
  bool first_attempt = false;

 private:
  std::set<MailMark> marks_;
  bool returned_ = false;
};

/// What was told.
class Ears final : public EventOutlet {
 public:
  void queue(storage::Writer&, std::span<const Event> events) override {
    heard.insert(heard.end(), events.begin(), events.end());
  }
  std::vector<Event> heard;
};

}  // namespace sesame::effects
