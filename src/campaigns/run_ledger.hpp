#pragma once

#include <span>

#include "base/clock.hpp"
#include "messages/source.hpp"

namespace sesame::campaigns {

/// Records outcomes in the ledger of their run, and closes the envelopes of single sends, in the transaction
/// that writes the message rows. Thread: writer.
class RunLedger final : public messages::OutcomeSink {
 public:
  explicit RunLedger(const Clock& clock) : clock_(clock) {}
  void record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) override;

 private:
  const Clock& clock_;
};

}  // namespace sesame::campaigns
