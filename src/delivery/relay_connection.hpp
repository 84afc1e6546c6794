#pragma once

#include <cstdint>
#include <memory>

#include "delivery/relay.hpp"
#include "net/task.hpp"
#include "smtp/client.hpp"

namespace sesame::delivery {

/// One connection to the relay: its place at the site, its dialogue, the mail that it takes. However it ends,
/// even by an exception, the place is freed and the current parcel has an outcome. Its coroutines must not
/// outlive it. Thread: loop.
class RelayConnection {
 public:
  explicit RelayConnection(std::shared_ptr<Relay> relay);
  ~RelayConnection();
  RelayConnection(const RelayConnection&) = delete;
  RelayConnection& operator=(const RelayConnection&) = delete;

  /// Asks the site for a place. Call the functions below only after true.
  bool begin();
  /// Connects. False when the server can't be used: don't call work() then.
  net::Task<bool> open();
  /// Delivers mail until none has come for RelayOptions::idle, the connection has had its share, or it is
  /// lost; then sends QUIT.
  net::Task<void> work();
  /// Ends the operation under way.
  void abort() { client_.abort(); }

 private:
  enum class Place : std::uint8_t { none, opening, open };
  class Dialogue;

  net::Task<bool> converse();
  net::Task<bool> send(Parcel& parcel);
  net::Task<bool> wait_for_mail();
  void leave_opening();

  const std::shared_ptr<Relay> relay_;
  const Relay::Time began_;
  smtp::Client client_;
  Place place_ = Place::none;
};

}  // namespace sesame::delivery
