#pragma once

#include <span>

#include "audience/hard_bounces.hpp"
#include "base/clock.hpp"
#include "bounces/classifier.hpp"
#include "messages/source.hpp"

/// What follows from the outcomes of attempts, in the transaction that writes the message rows.
namespace sesame::effects {

/// Puts addresses that do not exist onto the automatic suppression list.
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

/// Counts what became of mail, by the changes of its status rows: a repeated outcome counts for nothing. A
/// mail counts as requested when its row appears: with the call for a single send, with its first outcome for
/// a run.
class VolumeCounter final : public messages::OutcomeSink, public messages::SendObserver {
 public:
  void record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) override;
  void accepted(storage::Writer& writer, std::span<const messages::NewMessage> messages) override;
};

}  // namespace sesame::effects
