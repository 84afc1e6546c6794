#include "delivery/relay_connection.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "mime/address.hpp"

namespace sesame::delivery {
namespace {

/// Changes of connection per message, because the server dropped one, before a drop counts as an attempt.
constexpr unsigned kMovesMax = 3;

/// RFC 6531 §3.2: U-labels need a server with SMTPUTF8; every server takes A-labels.
std::string on_the_wire(const std::string& address) {
  const std::size_t at = address.rfind('@');
  const bool ascii = std::ranges::all_of(address, [](unsigned char c) { return c < 0x80; });
  if (ascii || at == std::string::npos) return address;
  const std::optional<std::string> domain = mime::ascii_domain(std::string_view(address).substr(at + 1));
  return domain ? address.substr(0, at + 1) + *domain : address;
}

/// Whether the server closed the connection before it read the message, which is not the message's fault: a
/// limit of messages per connection, a restart, an idle connection that had died.
bool is_about_connection(const smtp::Attempt& attempt, bool first_on_connection) {
  if (attempt.verdict != smtp::Verdict::deferred) return false;
  if (attempt.code == 421) return attempt.stage <= smtp::Stage::rcpt;
  return attempt.code == 0 && attempt.stage <= smtp::Stage::mail && !first_on_connection;
}

/// Adds what the connection knows to an attempt that began then.
void describe(smtp::Attempt& attempt, const smtp::Client& client, Relay::Time began, Relay::Time now) {
  attempt.address = client.peer_address();
  attempt.tls = client.tls_level();
  attempt.took = std::chrono::duration_cast<std::chrono::milliseconds>(now - began);
}

/// The attempt that an exception in the middle of a dialogue makes.
smtp::Attempt broken_off(bool sent_to_its_end) {
  smtp::Attempt attempt;
  attempt.verdict = sent_to_its_end ? smtp::Verdict::uncertain : smtp::Verdict::deferred;
  attempt.stage = sent_to_its_end ? smtp::Stage::dot : smtp::Stage::mail;
  attempt.enhanced = "4.3.0";  // RFC 3463 §3.4: X.3.0, other mail system status.
  attempt.text = "4.3.0 broken off by an internal error";
  return attempt;
}

}  // namespace

/// The dialogue about a parcel that has no outcome yet. Without release(), which only an exception skips, it
/// reports the parcel with an attempt.
class RelayConnection::Dialogue {
 public:
  Dialogue(Relay& relay, const smtp::Client& client, Parcel parcel)
      : relay_(relay), client_(client), parcel_(std::move(parcel)) {}
  ~Dialogue() {
    if (parcel_) hand_back();
    relay_.dialogue_ended();
  }
  Dialogue(const Dialogue&) = delete;
  Dialogue& operator=(const Dialogue&) = delete;

  const Parcel& parcel() const { return *parcel_; }
  Parcel release() {
    Parcel parcel = std::move(*parcel_);
    parcel_.reset();
    return parcel;
  }

 private:
  void hand_back() noexcept {
    try {
      relay_.report(DeliveryReport{release(), broken_off(client_.awaits_verdict())});
    } catch (const std::exception& exception) {
      log_error("delivery.parcel_lost", {{"cause", exception.what()}});
    }
  }

  Relay& relay_;
  const smtp::Client& client_;
  std::optional<Parcel> parcel_;
};

RelayConnection::RelayConnection(std::shared_ptr<Relay> relay)
    : relay_(std::move(relay)),
      began_(relay_->clock.steady_now()),
      client_(relay_->options.client, relay_->options.server, relay_->clock) {}

RelayConnection::~RelayConnection() {
  // Only an exception leaves a place taken. It counts as a failure, so that an error in every connection does
  // not cause a tight loop.
  if (place_ == Place::opening) {
    leave_opening();
    relay_->site.failed(began_);
  }
  if (place_ == Place::open) {
    relay_->connection_closed();
    relay_->site.closed_unused(began_);
  }
}

bool RelayConnection::begin() {
  if (!relay_->site.begin(began_)) return false;
  place_ = Place::opening;
  ++relay_->connecting;
  return true;
}

void RelayConnection::leave_opening() {
  place_ = Place::none;
  --relay_->connecting;
}

net::Task<bool> RelayConnection::open() {
  Relay& relay = *relay_;
  const auto steady_ms = [&relay] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(relay.clock.steady_now().time_since_epoch())
        .count();
  };
  // A client with a password can't log in without TLS, so skipping TLS would gain nothing.
  const bool has_password = !relay.options.client.user.empty() && !relay.options.client.allow_auth_in_clear;
  const bool try_tls = has_password || steady_ms() >= relay.clear_text_until_ms;
  const std::optional<smtp::Attempt> trouble = co_await client_.open(try_tls);
  if (client_.handshake_failed()) {
    relay.clear_text_until_ms = steady_ms() + relay.options.clear_text_memory.count();
  }
  const Relay::Time now = relay.clock.steady_now();
  leave_opening();
  if (trouble) {
    const Level level = relay.site.failed(now) ? Level::warning : Level::debug;
    relay.report_trouble({.since_ms = relay.clock.now_ms(), .text = trouble->text});
    log(level, "delivery.relay_unavailable",
        {{"remote", trouble->remote}, {"stage", smtp::stage_name(trouble->stage)}, {"text", trouble->text}});
    co_return false;
  }
  place_ = Place::open;
  relay.connection_opened();
  relay.clear_trouble();
  if (relay.site.opened()) log_info("delivery.relay_available", {{"host", relay.options.server.host}});
  co_return true;
}

net::Task<void> RelayConnection::work() {
  const bool useful = co_await converse();
  const Relay::Time now = relay_->clock.steady_now();
  place_ = Place::none;
  relay_->connection_closed();
  if (useful) {
    relay_->site.closed();
  } else {
    relay_->site.closed_unused(now);
  }
  co_await client_.quit();
}

/// False when the server closed the connection before it read any message.
net::Task<bool> RelayConnection::converse() {
  bool useful = false;
  const std::uint64_t limit = relay_->options.messages_per_connection;
  while (client_.reusable() && (limit == 0 || client_.transactions() < limit)) {
    std::optional<Parcel> parcel = relay_->take();
    if (parcel) {
      const bool looked_at = co_await send(*parcel);
      useful = useful || looked_at;
    } else {
      const bool more = co_await wait_for_mail();
      if (!more) break;
    }
  }
  co_return useful || relay_->ready() == 0;
}

net::Task<bool> RelayConnection::wait_for_mail() {
  const Relay::Time now = relay_->clock.steady_now();
  std::function<void(std::function<void(bool)>)> park = [this, now](std::function<void(bool)> wake) {
    relay_->park(Relay::Idle{std::move(wake), now});
  };
  const bool more = co_await net::from_callback<bool>(std::move(park));
  co_return more;
}

/// False when the message was put back for another connection.
net::Task<bool> RelayConnection::send(Parcel& taken) {
  Dialogue dialogue(*relay_, client_, std::move(taken));
  const std::string to = on_the_wire(dialogue.parcel().mail.envelope_to);
  const std::string from = on_the_wire(dialogue.parcel().mail.envelope_from);
  const Relay::Time began = relay_->clock.steady_now();
  smtp::Attempt attempt = co_await client_.send(from, to, dialogue.parcel().mail.bytes);
  describe(attempt, client_, began, relay_->clock.steady_now());
  const bool first = client_.transactions() <= 1;
  Parcel parcel = dialogue.release();
  const bool moved = is_about_connection(attempt, first) && parcel.moves < kMovesMax;
  if (moved) {
    ++parcel.moves;
    relay_->put_back(std::move(parcel));
  } else {
    parcel.mail.bytes = std::string();
    parcel.draft.compose = nullptr;  // It may keep the whole mailing alive.
    DeliveryReport report{std::move(parcel), std::move(attempt)};
    relay_->report(std::move(report));
  }
  co_return !moved;
}

}  // namespace sesame::delivery
