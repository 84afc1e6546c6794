#pragma once

#include <span>

#include "bounces/classifier.hpp"
#include "effects/event.hpp"
#include "messages/source.hpp"

namespace sesame::effects {

/// Turns outcomes into events, in the transaction that writes the message rows, for mail whose account or
/// sender wants them. Withheld mails of a single send never become outcomes: their events are recorded when
/// the send is accepted.
class EventRecorder final : public messages::OutcomeSink, public messages::SendObserver {
 public:
  EventRecorder(EventOutlet& outlet, const bounces::Classifier& classifier)
      : outlet_(outlet), classifier_(classifier) {}
  void record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) override;
  void accepted(storage::Writer& writer, std::span<const messages::NewMessage> messages) override;

 private:
  EventOutlet& outlet_;
  const bounces::Classifier& classifier_;
};

}  // namespace sesame::effects
