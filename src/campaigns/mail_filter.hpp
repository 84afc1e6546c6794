#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Whether an address may be mailed now.
struct Verdict {
  int send_status = 0;  // Not 0: the mail is withheld, for this reason (SES: SendEmailStatus.SendStatus).
  std::string_view because;  // The reason for people; a literal.

  bool withheld() const { return send_status != 0; }
};

/// The sender of the judged mails. Borrowed text.
struct Mailer {
  const accounts::Scope& scope;
  std::string_view sender_domain;  // Lower-case A-label form.
};

/// Decides which recipients are withheld. Every recipient is judged before the mail is handed to the
/// delivery: in a run, in portions of OpenRun::kJudgedTogether; in a single send, all envelopes at once.
/// Filters that do not count judge again before each later attempt, and when something changed. Thread: any.
class MailFilter {
 public:
  virtual ~MailFilter() = default;

  /// Sets the verdicts (one per address) of withheld recipients; verdicts that are already withheld stay.
  /// Job: read.
  virtual void judge(storage::Reader& reader, const Mailer& mailer,
                     std::span<const std::string_view> addresses, std::int64_t now_ms,
                     std::span<Verdict> verdicts) = 0;

  /// Sets the verdicts that judge() would set, and counts nothing: a look ahead. Filters that count override
  /// it. Job: read.
  virtual void ask(storage::Reader& reader, const Mailer& mailer, std::span<const std::string_view> addresses,
                   std::int64_t now_ms, std::span<Verdict> verdicts) {
    judge(reader, mailer, addresses, now_ms, verdicts);
  }

  /// Whether judge() counts the mails that it lets through, so that a mail must not be judged twice.
  virtual bool counts() const { return false; }

  /// Reverts the counts of addresses that the last judge() let through and that are not mailed after all;
  /// they will be judged again. For filters that count.
  virtual void take_back(const accounts::Scope& scope, std::span<const std::string_view> addresses,
                         std::int64_t now_ms) {
    static_cast<void>(scope);
    static_cast<void>(addresses);
    static_cast<void>(now_ms);
  }
};

/// All filters, in the order in which they judge: put filters that only look before those that count.
/// Constant after its construction; the filters outlive it. Thread: any.
class MailFilters {
 public:
  MailFilters() = default;
  explicit MailFilters(std::vector<MailFilter*> filters) : filters_(std::move(filters)) {}

  /// Judges the addresses. One verdict per address. Job: read.
  std::vector<Verdict> judge(storage::Reader& reader, const Mailer& mailer,
                             std::span<const std::string_view> addresses, std::int64_t now_ms) const {
    std::vector<Verdict> verdicts(addresses.size());
    for (MailFilter* filter : filters_) filter->judge(reader, mailer, addresses, now_ms, verdicts);
    return verdicts;
  }

  /// Judges addresses again that were judged (and counted) before, by the filters that do not count.
  /// Job: read.
  std::vector<Verdict> look(storage::Reader& reader, const Mailer& mailer,
                            std::span<const std::string_view> addresses, std::int64_t now_ms) const {
    std::vector<Verdict> verdicts(addresses.size());
    for (MailFilter* filter : filters_) {
      if (!filter->counts()) filter->judge(reader, mailer, addresses, now_ms, verdicts);
    }
    return verdicts;
  }

  /// The verdicts that judge() would give now, for previews: nothing is counted. Job: read.
  std::vector<Verdict> ask(storage::Reader& reader, const Mailer& mailer,
                           std::span<const std::string_view> addresses, std::int64_t now_ms) const {
    std::vector<Verdict> verdicts(addresses.size());
    for (MailFilter* filter : filters_) filter->ask(reader, mailer, addresses, now_ms, verdicts);
    return verdicts;
  }

  /// Whether one of the filters counts.
  bool counts() const {
    return std::ranges::any_of(filters_, [](const MailFilter* filter) { return filter->counts(); });
  }

  void take_back(const accounts::Scope& scope, std::span<const std::string_view> addresses,
                 std::int64_t now_ms) const {
    if (addresses.empty()) return;
    for (MailFilter* filter : filters_) filter->take_back(scope, addresses, now_ms);
  }

 private:
  std::vector<MailFilter*> filters_;
};

}  // namespace sesame::campaigns
