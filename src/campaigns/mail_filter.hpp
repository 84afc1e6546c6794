#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Whether an address may be mailed now.
struct Verdict {
  int send_status = 0;       // Not 0: it may not, for this reason (SES: SendEmailStatus.SendStatus).
  std::string_view because;  // The same for people; a literal.

  bool withheld() const { return send_status != 0; }
};

/// Whose mail it is. Borrowed text.
struct Mailer {
  const accounts::Scope& scope;
  std::string_view sender_domain;  // Lower-case A-label form.
};

/// Says who is not to be mailed. Asked once for each recipient before a mail is handed to the delivery: for a
/// run a block at a time, for a single send all envelopes at once. Safe from any thread.
class MailFilter {
 public:
  virtual ~MailFilter() = default;

  /// Fills in the verdicts (one for each address) of those who may not; a verdict that is already withheld
  /// stays as it is. Called inside a database job.
  virtual void judge(storage::Reader& reader, const Mailer& mailer,
                     std::span<const std::string_view> addresses, std::int64_t now_ms,
                     std::span<Verdict> verdicts) = 0;

  /// Whether judge() counts those it lets through, so that nobody may be judged twice for one mail.
  virtual bool counts() const { return false; }

  /// These were let through by the last judge() about them and are not mailed after all: they will be judged
  /// again. For gatekeepers that count.
  virtual void take_back(const accounts::Scope& scope, std::span<const std::string_view> addresses,
                         std::int64_t now_ms) {
    static_cast<void>(scope);
    static_cast<void>(addresses);
    static_cast<void>(now_ms);
  }
};

/// All gatekeepers, asked in this order: put those that only look before those that count. Constant after its
/// construction; the gatekeepers outlive it.
class MailFilters {
 public:
  MailFilters() = default;
  explicit MailFilters(std::vector<MailFilter*> filters) : filters_(std::move(filters)) {}

  /// A verdict for each address. Inside a database job.
  std::vector<Verdict> judge(storage::Reader& reader, const Mailer& mailer,
                             std::span<const std::string_view> addresses, std::int64_t now_ms) const {
    std::vector<Verdict> verdicts(addresses.size());
    for (MailFilter* filter : filters_) filter->judge(reader, mailer, addresses, now_ms, verdicts);
    return verdicts;
  }

  /// The same for those who were judged (and counted) before: only the filters that don't count are asked.
  std::vector<Verdict> look(storage::Reader& reader, const Mailer& mailer,
                            std::span<const std::string_view> addresses, std::int64_t now_ms) const {
    std::vector<Verdict> verdicts(addresses.size());
    for (MailFilter* filter : filters_) {
      if (!filter->counts()) filter->judge(reader, mailer, addresses, now_ms, verdicts);
    }
    return verdicts;
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
