#pragma once

#include <cstdint>
#include <memory>

#include "delivery/relay.hpp"
#include "net/task.hpp"
#include "smtp/client.hpp"

namespace sesame::delivery {

/// One connection to the relay: its place at the site, its dialogue, the mail it takes. However it ends, by
/// an exception too, the place is given back and the parcel at hand has an outcome. On its loop's thread; its
/// coroutines must not outlive it.
class RelayConnection {
 public:
  explicit RelayConnection(std::shared_ptr<Relay> relay);
  ~RelayConnection();
  RelayConnection(const RelayConnection&) = delete;
  RelayConnection& operator=(const RelayConnection&) = delete;

  /// Asks the site for a place; everything below only after true.
  bool begin();
  /// False when the server can't be used; then that is all.
  net::Task<bool> open();
  /// Hands over mail until there has been none for a while, the connection has had its share or is lost; then
  /// says QUIT.
  net::Task<void> work();
  /// Ends what is under way.
  void abort() { client_.abort(); }

 private:
  enum class Place : std::uint8_t { none, opening, open };
  class Errand;

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
