#pragma once

#include <span>

#include "campaigns/post_office.hpp"
#include "delivery/source.hpp"
#include "feedback/classifier.hpp"
#include "feedback/event_queue.hpp"
#include "feedback/mail_book.hpp"

namespace sesame::server {

/// Outcomes become events, in the transaction that writes the status rows; only of mail whose account or
/// sender wants to be told.
class EventSink final : public delivery::OutcomeSink {
 public:
  EventSink(feedback::EventQueue& queue, feedback::MailBook& book, const feedback::Classifier& classifier)
      : queue_(queue), book_(book), classifier_(classifier) {}
  void record(storage::Writer& writer, std::span<const delivery::Outcome> outcomes) override;

 private:
  feedback::EventQueue& queue_;
  feedback::MailBook& book_;
  const feedback::Classifier& classifier_;
};

/// A tray that also tells of the envelopes of a send that are withheld: they never become outcomes.
class EventTray final : public campaigns::SendTray {
 public:
  /// `tray` takes the send.
  EventTray(campaigns::SendTray& tray, feedback::EventQueue& queue, feedback::MailBook& book)
      : tray_(tray), queue_(queue), book_(book) {}
  void put(storage::Writer& writer, const campaigns::NewSend& send, const campaigns::StoredSend& stored,
           std::span<const campaigns::Verdict> verdicts) override;

 private:
  campaigns::SendTray& tray_;
  feedback::EventQueue& queue_;
  feedback::MailBook& book_;
};

}  // namespace sesame::server
