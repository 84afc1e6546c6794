#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "delivery/site.hpp"
#include "net/task.hpp"
#include "smtp/client.hpp"

namespace sesame::delivery {

/// One connection to a site: its place at the site, its dialogue, the mail that it takes. However it ends,
/// even by an exception, the place is freed and the current parcel has an outcome. Its coroutines must not
/// outlive it. Thread: loop.
class SiteConnection {
 public:
  explicit SiteConnection(std::shared_ptr<Site> site);
  ~SiteConnection();
  SiteConnection(const SiteConnection&) = delete;
  SiteConnection& operator=(const SiteConnection&) = delete;

  /// Asks the site for a place. Call the functions below only after true.
  bool begin();
  /// Connects to the first target that can be used, in their order (RFC 5321 §5.1); those that failed a while
  /// ago come last. False when none can be used: don't call work() then.
  net::Task<bool> open();
  /// Delivers mail until none has come for Site::idle(), none may begin for so long, the connection has had
  /// its share, or it is lost; then sends QUIT.
  net::Task<void> work();
  /// Ends the operation under way.
  void abort() {
    if (client_) client_->abort();
  }

 private:
  enum class Place : std::uint8_t { none, opening, open };
  class Dialogue;

  std::vector<Site::ServerPointer> servers_in_order() const;
  net::Task<std::optional<smtp::Attempt>> open_to(Site::ServerPointer server);
  void note_certificate(Site::Server& server) const;
  net::Task<bool> converse();
  net::Task<bool> send(Parcel& parcel);
  net::Task<bool> wait_for_mail();
  net::Task<bool> wait_for_place();
  bool may_carry_more();
  void leave_opening();

  const std::shared_ptr<Site> site_;
  const Site::Time began_;
  Site::ServerPointer server_;          // That is tried or was opened.
  std::optional<smtp::Client> client_;  // Talks to it.
  std::optional<smtp::Attempt> moved_;  // The last attempt whose mail was put back.
  bool answered_ = false;               // The last mail was delivered.
  Place place_ = Place::none;
  bool counted_ = false;                 // Among SiteOptions::all_connections.
  std::shared_ptr<shaping::Pace> pace_;  // Counts this connection; null without a pace.
};

}  // namespace sesame::delivery
