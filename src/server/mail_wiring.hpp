#pragma once

#include <span>
#include <vector>

#include "audience/hard_bounces.hpp"
#include "base/clock.hpp"
#include "bounces/classifier.hpp"
#include "campaigns/post_office.hpp"
#include "campaigns/runner.hpp"
#include "effects/mail_effects.hpp"
#include "messages/source.hpp"

/// Where the delivery meets the campaigns: neither knows the other, so what one asks for is fetched here from
/// the other.
namespace sesame::server {

/// The open runs, as a source of mail.
class RunSource final : public messages::Source {
 public:
  explicit RunSource(campaigns::Runner& runner) : runner_(runner) {}
  std::vector<messages::Draft> take(std::size_t room) override;

 private:
  campaigns::Runner& runner_;
};

/// The content of retried and single messages.
class CampaignDesk final : public messages::LetterDesk {
 public:
  explicit CampaignDesk(campaigns::Runner& runner) : runner_(runner) {}
  Result<std::vector<messages::Draft>> drafts(std::span<const messages::MessageKey> keys) override;

 private:
  campaigns::Runner& runner_;
};

/// Outcomes go into the ledger of their run, in the transaction that writes the message rows.
class LedgerSink final : public messages::OutcomeSink {
 public:
  explicit LedgerSink(const Clock& clock) : clock_(clock) {}
  void record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) override;

 private:
  const Clock& clock_;
};

/// Addresses that do not exist go onto the automatic suppression list.
class SuppressionSink final : public messages::OutcomeSink {
 public:
  SuppressionSink(audience::SuppressionRules rules, const bounces::Classifier& classifier, const Clock& clock)
      : rules_(rules), classifier_(classifier), clock_(clock) {}
  void record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) override;

 private:
  const audience::SuppressionRules rules_;
  const bounces::Classifier& classifier_;
  const Clock& clock_;
};

/// Counts what became of the mail, by the changes of its status rows: a repeat counts for nothing.
class StatisticsSink final : public messages::OutcomeSink {
 public:
  void record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) override;
};

/// The envelopes of an accepted send become message rows and count as asked for.
class DeliveryTray final : public campaigns::SendTray {
 public:
  void put(storage::Writer& writer, const campaigns::NewSend& send, const campaigns::StoredSend& stored,
           std::span<const campaigns::Verdict> verdicts) override;
};

}  // namespace sesame::server
