#pragma once

#include <span>

#include "audience/hard_bounces.hpp"
#include "base/clock.hpp"
#include "bounces/classifier.hpp"
#include "messages/source.hpp"

/// The effects of attempts' outcomes, in the transaction that writes the message rows.
namespace sesame::effects {

/// Puts addresses that do not exist on the automatic suppression list. Thread: writer.
class BounceSuppressor final : public messages::OutcomeSink {
 public:
  BounceSuppressor(audience::SuppressionRules rules, const bounces::Classifier& classifier,
                   const Clock& clock)
      : rules_(rules), classifier_(classifier), clock_(clock) {}
  void record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) override;

 private:
  const audience::SuppressionRules rules_;
  const bounces::Classifier& classifier_;
  const Clock& clock_;
};

/// Counts volumes from the changes of message rows: a repeated outcome does not count. A mail of a single
/// send counts as requested when the call is accepted, a mail of a run with its first outcome.
/// Thread: writer.
class VolumeCounter final : public messages::OutcomeSink, public messages::SendObserver {
 public:
  void record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) override;
  void accepted(storage::Writer& writer, std::span<const messages::NewMessage> messages) override;
};

}  // namespace sesame::effects
