#pragma once

#include <span>

#include "bounces/classifier.hpp"
#include "campaigns/post_office.hpp"
#include "effects/mail_book.hpp"
#include "messages/source.hpp"
#include "webhooks/event_queue.hpp"

namespace sesame::server {

/// Outcomes become events, in the transaction that writes the status rows; only of mail whose account or
/// sender wants to be told.
class EventSink final : public messages::OutcomeSink {
 public:
  EventSink(webhooks::EventQueue& queue, effects::MailBook& book, const bounces::Classifier& classifier)
      : queue_(queue), book_(book), classifier_(classifier) {}
  void record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) override;

 private:
  webhooks::EventQueue& queue_;
  effects::MailBook& book_;
  const bounces::Classifier& classifier_;
};

/// A tray that also tells of the envelopes of a send that are withheld: they never become outcomes.
class EventTray final : public campaigns::SendTray {
 public:
  /// `tray` takes the send.
  EventTray(campaigns::SendTray& tray, webhooks::EventQueue& queue, effects::MailBook& book)
      : tray_(tray), queue_(queue), book_(book) {}
  void put(storage::Writer& writer, const campaigns::NewSend& send, const campaigns::StoredSend& stored,
           std::span<const campaigns::Verdict> verdicts) override;

 private:
  campaigns::SendTray& tray_;
  webhooks::EventQueue& queue_;
  effects::MailBook& book_;
};

}  // namespace sesame::server
