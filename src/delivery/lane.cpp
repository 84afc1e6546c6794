#include "delivery/lane.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "mime/address.hpp"

namespace sesame::delivery {
namespace {

/// How often a message may change connections because the server dropped one, before that counts as its own
/// attempt.
constexpr unsigned kMovesMax = 3;

/// RFC 6531 §3.2 leaves U-labels to servers with SMTPUTF8; in A-labels a domain goes everywhere.
std::string on_the_wire(const std::string& address) {
  const std::size_t at = address.rfind('@');
  const bool ascii = std::ranges::all_of(address, [](unsigned char c) { return c < 0x80; });
  if (ascii || at == std::string::npos) return address;
  const std::optional<std::string> domain = mime::ascii_domain(std::string_view(address).substr(at + 1));
  return domain ? address.substr(0, at + 1) + *domain : address;
}

/// The server ended the connection before it looked at the message: a limit on messages a connection, a
/// restart, an idle connection that had died. No fault of the message.
bool is_about_connection(const smtp::Attempt& attempt, bool first_on_connection) {
  if (attempt.verdict != smtp::Verdict::deferred) return false;
  if (attempt.code == 421) return attempt.stage <= smtp::Stage::rcpt;
  return attempt.code == 0 && attempt.stage <= smtp::Stage::mail && !first_on_connection;
}

}  // namespace

void Relay::deliver(Handed handed) {
  const std::lock_guard lock(mutex);
  if (closed) return;
  std::vector<Handed> one;
  one.push_back(std::move(handed));
  to_engine(std::move(one));
}

void Relay::count_dialogues(int change) {
  const std::lock_guard lock(mutex);
  dialogues += change;
  if (dialogues == 0) changed.notify_all();
}

void Lane::start() {
  spawn_([self = shared_from_this()] { return look_after(self); });
}

void Lane::add(std::vector<Parcel> parcels) {
  if (relay_->stopping) return;
  for (Parcel& parcel : parcels) {
    auto& queue = parcel.draft.key.kind == MessageKey::send ? urgent_ : others_;
    queue.push_back(std::move(parcel));
    wake_one();
  }
  staff();
}

void Lane::close_down() {
  urgent_.clear();
  others_.clear();
  wake_all();
}

void Lane::abort() {
  for (smtp::Client* client : clients_) client->abort();
}

/// Starts workers for mail that no idle connection takes, as far as the server lets us.
void Lane::staff() {
  const std::size_t waiting = urgent_.size() + others_.size();
  std::size_t wanted = std::min<std::size_t>(connections_max_, waiting);
  while (idle_.empty() && workers_ < wanted && relay_->site.begin(relay_->clock.steady_now())) {
    ++workers_;
    spawn_([self = shared_from_this()] { return work(self); });
  }
}

void Lane::wake_one() {
  if (idle_.empty()) return;
  const std::function<void()> wake = std::move(idle_.back().wake);
  idle_.pop_back();
  wake();
}

void Lane::wake_all() {
  while (!idle_.empty()) wake_one();
}

net::Task<void> Lane::look_after(std::shared_ptr<Lane> self) {
  Relay& relay = *self->relay_;
  while (!relay.stopping) {
    co_await net::sleep_for(relay.options.tick);
    if (self->has_parcel()) self->staff();
    const auto longest = relay.clock.steady_now() - relay.options.idle;
    while (!self->idle_.empty() && self->idle_.front().since <= longest) {
      const std::function<void()> wake = std::move(self->idle_.front().wake);
      self->idle_.pop_front();
      wake();
    }
  }
  self->close_down();
  const std::lock_guard lock(relay.mutex);
  --relay.lanes_running;
  relay.changed.notify_all();
}

net::Task<void> Lane::work(std::shared_ptr<Lane> self) {
  smtp::Client client(self->relay_->options.client, self->relay_->clock);
  self->clients_.push_back(&client);
  const bool connected = co_await self->connect(client);
  if (connected) {
    self->staff();  // The server is there: the others may come.
    const bool useful = co_await self->converse(client);
    if (useful) {
      self->relay_->site.closed();
    } else {
      self->relay_->site.closed_unused(self->relay_->clock.steady_now());
    }
    co_await client.quit();
  }
  self->clients_.remove(&client);
  --self->workers_;
  // The next one connects afresh: nothing of a connection is carried over.
  if (connected && self->has_parcel()) self->staff();
}

net::Task<bool> Lane::connect(smtp::Client& client) {
  Relay& relay = *relay_;
  const auto steady_ms = [&relay] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(relay.clock.steady_now().time_since_epoch())
        .count();
  };
  const bool try_tls = steady_ms() >= relay.clear_text_until_ms;
  const std::optional<smtp::Attempt> trouble = co_await client.open(try_tls);
  if (client.handshake_failed()) {
    relay.clear_text_until_ms = steady_ms() + relay.options.clear_text_memory.count();
  }
  if (trouble) {
    const bool first = relay.site.failed(relay.clock.steady_now());
    const Level level = first ? Level::warning : Level::debug;
    log(level, "delivery.relay_unavailable",
        {{"remote", trouble->remote}, {"stage", smtp::stage_name(trouble->stage)}, {"text", trouble->text}});
    co_return false;
  }
  if (relay.site.opened()) log_info("delivery.relay_available", {{"host", relay.options.client.host}});
  co_return true;
}

net::Task<bool> Lane::converse(smtp::Client& client) {
  bool useful = false;
  const std::uint64_t limit = relay_->options.messages_per_connection;
  while (!relay_->stopping) {
    if (!has_parcel()) {
      const bool more = co_await wait_for_parcel();
      if (!more) break;
    }
    if (!client.reusable() || (limit > 0 && client.transactions() >= limit)) break;
    const bool looked_at = co_await send_next(client);
    useful = useful || looked_at;
  }
  co_return useful || !has_parcel();
}

net::Task<bool> Lane::wait_for_parcel() {
  std::function<void(std::function<void()>)> lie_down = [this](std::function<void()> wake) {
    idle_.push_back(Idle{std::move(wake), relay_->clock.steady_now()});
  };
  co_await net::wait_for_wake(std::move(lie_down));
  co_return has_parcel();
}

net::Task<bool> Lane::send_next(smtp::Client& client) {
  Parcel parcel = take_parcel();
  relay_->count_dialogues(1);
  const std::string to = on_the_wire(parcel.mail.envelope_to);
  const std::string from = on_the_wire(parcel.mail.envelope_from);
  smtp::Attempt attempt = co_await client.send(from, to, parcel.mail.bytes);
  const bool first = client.transactions() <= 1;
  const bool moved = is_about_connection(attempt, first) && parcel.moves < kMovesMax;
  if (moved) {
    ++parcel.moves;
    put_back(std::move(parcel));
  } else {
    Handed handed{std::move(parcel), std::move(attempt)};
    handed.parcel.mail.bytes = std::string();
    relay_->deliver(std::move(handed));
  }
  relay_->count_dialogues(-1);
  co_return !moved;
}

Parcel Lane::take_parcel() {
  auto& queue = urgent_.empty() ? others_ : urgent_;
  Parcel parcel = std::move(queue.front());
  queue.pop_front();
  return parcel;
}

void Lane::put_back(Parcel parcel) {
  if (relay_->stopping) return;
  auto& queue = parcel.draft.key.kind == MessageKey::send ? urgent_ : others_;
  queue.push_front(std::move(parcel));
}

}  // namespace sesame::delivery
