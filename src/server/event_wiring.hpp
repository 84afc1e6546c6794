#pragma once

#include <span>

#include "delivery/source.hpp"
#include "feedback/event_queue.hpp"
#include "feedback/mail_book.hpp"

namespace sesame::server {

/// Outcomes become events, in the transaction that writes the status rows; only of mail whose account or
/// sender wants to be told.
class EventSink final : public delivery::OutcomeSink {
 public:
  EventSink(feedback::EventQueue& queue, feedback::MailBook& book) : queue_(queue), book_(book) {}
  void record(storage::Writer& writer, std::span<const delivery::Outcome> outcomes) override;

 private:
  feedback::EventQueue& queue_;
  feedback::MailBook& book_;
};

}  // namespace sesame::server
