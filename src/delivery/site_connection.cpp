#include "delivery/site_connection.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "mime/address.hpp"
#include "routing/sts_counts.hpp"

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

/// A connection that waits for a place looks this often, since the pace may change and the site may stop.
constexpr std::chrono::milliseconds kPlaceTick{500};

/// Whether another connection may take the mail: the reply is not known to be about more than this one.
bool is_about_session(const std::optional<bounces::Meaning>& meaning) {
  using bounces::Signal;
  if (!meaning) return true;
  return meaning->signal == Signal::session_limit || meaning->signal == Signal::server_error ||
         meaning->signal == Signal::other;
}

bool says_limit(const std::optional<bounces::Meaning>& meaning) {
  return meaning && meaning->signal == bounces::Signal::session_limit;
}

std::int64_t steady_ms(const Site& site) {
  const auto since_start = site.clock.steady_now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_start).count();
}

/// Adds what the connection knows to an attempt that began then.
void describe(smtp::Attempt& attempt, const smtp::Client& client, Site::Time began, Site::Time now) {
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
class SiteConnection::Dialogue {
 public:
  Dialogue(Site& site, const smtp::Client& client, Parcel parcel)
      : site_(site), client_(client), parcel_(std::move(parcel)) {}
  ~Dialogue() {
    if (parcel_) hand_back();
    site_.dialogue_ended();
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
      site_.report(DeliveryReport{release(), broken_off(client_.awaits_verdict())});
    } catch (const std::exception& exception) {
      log_error("delivery.parcel_lost", {{"cause", exception.what()}});
    }
  }

  Site& site_;
  const smtp::Client& client_;
  std::optional<Parcel> parcel_;
};

SiteConnection::SiteConnection(std::shared_ptr<Site> site)
    : site_(std::move(site)), began_(site_->clock.steady_now()) {}

SiteConnection::~SiteConnection() {
  if (pace_) pace_->give_back_connection();
  if (counted_) site_->options.all_connections->give_back();
  // Only an exception leaves a place taken. It counts as a failure, so that an error in every connection does
  // not cause a tight loop.
  if (place_ == Place::opening) {
    leave_opening();
    site_->openings.failed(began_);
  }
  if (place_ == Place::open) {
    site_->connection_closed();
    site_->openings.closed_unused(began_);
  }
}

bool SiteConnection::begin() {
  ConnectionLimit* const all = site_->options.all_connections.get();
  if (all != nullptr && !counted_ && !all->take()) return false;
  counted_ = all != nullptr;
  if (!site_->openings.begin(began_)) return false;
  // One that waits for a place will take it: another would wait, too.
  if (site_->paced.pace()) {
    if (site_->waiting_for_place == 0) pace_ = site_->paced.take_connection();
    if (!pace_) {
      site_->openings.not_begun();
      return false;
    }
  }
  place_ = Place::opening;
  ++site_->connecting;
  return true;
}

void SiteConnection::leave_opening() {
  place_ = Place::none;
  --site_->connecting;
}

std::vector<Site::ServerPointer> SiteConnection::servers_in_order() const {
  std::vector<Site::ServerPointer> servers = site_->servers();
  const std::int64_t now_ms = steady_ms(*site_);
  std::stable_partition(servers.begin(), servers.end(), [now_ms](const Site::ServerPointer& server) {
    return server->failed_until_ms <= now_ms;
  });
  return servers;
}

net::Task<std::optional<smtp::Attempt>> SiteConnection::open_to(Site::ServerPointer server) {
  const SiteOptions& options = site_->options;
  server_ = server;
  client_.emplace(options.client, server->target, site_->clock);
  // A client with a password can't log in without TLS, so skipping TLS would gain nothing.
  const bool has_password = !options.client.user.empty() && !options.client.allow_auth_in_clear;
  const bool try_tls = has_password || steady_ms(*site_) >= server->clear_text_until_ms;
  std::optional<smtp::Attempt> trouble = co_await client_->open(try_tls);
  if (!trouble || trouble->stage == smtp::Stage::tls) note_certificate(*server);
  const std::int64_t now_ms = steady_ms(*site_);
  if (client_->handshake_failed()) server->clear_text_until_ms = now_ms + options.clear_text_memory.count();
  if (client_->source_failed() && options.source_failed) options.source_failed(*server->target.source);
  server->failed_until_ms = trouble ? now_ms + options.failed_target_memory.count() : 0;
  if (trouble) {
    trouble->address = client_->peer_address();
    // Without a connection, the address that was tried.
    if (trouble->address.empty() && server->target.address) trouble->address = server->target.address->text();
  }
  co_return trouble;
}

/// Counts whether the server met the demand of a policy, and logs when that changes.
void SiteConnection::note_certificate(Site::Server& server) const {
  if (server.target.certificate == smtp::CertificateDemand::none) return;
  const bool required = server.target.certificate == smtp::CertificateDemand::required;
  const std::string& problem = client_->certificate_problem();
  const bool failed = !problem.empty();
  routing::count_sts(!failed ? "verified" : required ? "refused" : "tolerated");
  if (server.certificate_failed.exchange(failed) == failed) return;
  if (failed) {
    log(required ? Level::warning : Level::info, "delivery.sts_failed",
        {{"host", server.target.host}, {"problem", problem}, {"followed", required}});
  } else {
    log_info("delivery.sts_met", {{"host", server.target.host}});
  }
}

net::Task<bool> SiteConnection::open() {
  std::optional<smtp::Attempt> trouble;
  const std::vector<Site::ServerPointer> servers = servers_in_order();
  for (const Site::ServerPointer& server : servers) {
    trouble = co_await open_to(server);
    if (!trouble || site_->stopping()) break;
    const std::optional<bounces::Meaning> meaning = site_->paced.meaning_of(*trouble, server->target.host);
    if (meaning) site_->learn(*trouble, *meaning, nullptr, began_);
  }
  const Site::Time now = site_->clock.steady_now();
  leave_opening();
  if (trouble) {
    const Level level = site_->openings.failed(now) ? Level::warning : Level::debug;
    log(level, "delivery.relay_unavailable",
        {{"remote", trouble->remote}, {"stage", smtp::stage_name(trouble->stage)}, {"text", trouble->text}});
    site_->report_trouble(*trouble);
    co_return false;
  }
  place_ = Place::open;
  site_->connection_opened();
  site_->clear_trouble();
  if (site_->openings.opened())
    log_info("delivery.relay_available", {{"host", site_->servers().front()->target.host}});
  co_return true;
}

net::Task<void> SiteConnection::work() {
  const bool useful = co_await converse();
  const Site::Time now = site_->clock.steady_now();
  place_ = Place::none;
  site_->connection_closed();
  if (useful) {
    site_->openings.closed();
  } else {
    site_->openings.closed_unused(now);
    if (moved_ && !site_->options.keeps_mail) site_->report_trouble(*moved_);
  }
  co_await client_->quit();
}

bool SiteConnection::may_carry_more() {
  const std::uint64_t limit = site_->paced.messages_per_connection();
  return client_->reusable() && (limit == 0 || client_->transactions() < limit);
}

/// False when the server closed the connection before it read any message.
net::Task<bool> SiteConnection::converse() {
  bool useful = false;
  while (may_carry_more()) {
    bool has_place = !pace_;
    if (!has_place && site_->ready() > 0) {
      has_place = co_await wait_for_place();
      useful = useful || !has_place;  // It leaves since the site is slowed down.
      if (!has_place) break;
    }
    std::optional<Parcel> parcel;
    if (has_place) parcel = site_->take();
    if (parcel) {
      const bool looked_at = co_await send(*parcel);
      useful = useful || looked_at;
    } else {
      if (pace_ && has_place) site_->paced.give_back_mail();
      const bool more = co_await wait_for_mail();
      if (!more) break;
    }
  }
  const bool has_mail = site_->ready() > 0;
  // The server hung up behind a mail, although more was there.
  if (pace_ && has_mail && answered_ && !client_->reusable())
    pace_->session_ended(static_cast<unsigned>(client_->transactions()), false);
  co_return useful || !has_mail;
}

/// False when none comes soon: the connection would be idle for too long.
net::Task<bool> SiteConnection::wait_for_place() {
  struct Waiting {
    std::atomic<unsigned>& count;
    explicit Waiting(std::atomic<unsigned>& the_count) : count(the_count) { ++count; }
    ~Waiting() { --count; }
  };
  std::optional<std::chrono::milliseconds> wait = site_->paced.take_mail();
  if (!wait) co_return true;
  const Waiting waiting(site_->waiting_for_place);
  while (wait && *wait <= site_->paced.idle() && !site_->stopping()) {
    co_await net::sleep_for(std::min(*wait, kPlaceTick));
    wait = site_->paced.take_mail();
  }
  co_return !wait;
}

net::Task<bool> SiteConnection::wait_for_mail() {
  const Site::Time now = site_->clock.steady_now();
  std::function<void(std::function<void(bool)>)> park = [this, now](std::function<void(bool)> wake) {
    site_->park(Site::Idle{std::move(wake), now});
  };
  const bool more = co_await net::from_callback<bool>(std::move(park));
  co_return more;
}

/// False when the message was put back for another connection.
net::Task<bool> SiteConnection::send(Parcel& taken) {
  Dialogue dialogue(*site_, *client_, std::move(taken));
  const std::string to = on_the_wire(dialogue.parcel().mail.envelope_to);
  const std::string from = on_the_wire(dialogue.parcel().mail.envelope_from);
  const Site::Time began = site_->clock.steady_now();
  const std::uint64_t before = client_->transactions();
  smtp::Attempt attempt = co_await client_->send(from, to, dialogue.parcel().mail.bytes);
  describe(attempt, *client_, began, site_->clock.steady_now());
  const bool first = client_->transactions() <= 1;
  answered_ = attempt.verdict == smtp::Verdict::delivered;
  // Mail that the server could not be sent has a reply of our own.
  std::optional<bounces::Meaning> meaning;
  if (client_->transactions() > before) meaning = site_->paced.meaning_of(attempt, server_->target.host);
  Judgement judged{attempt.verdict, std::nullopt};
  if (meaning) judged = site_->learn(attempt, *meaning, &dialogue.parcel().draft, began);
  Parcel parcel = dialogue.release();
  const bool moved =
      is_about_connection(attempt, first) && is_about_session(meaning) && parcel.moves < kMovesMax;
  if (moved) {
    if (pace_) pace_->session_ended(static_cast<unsigned>(client_->transactions()) - 1, says_limit(meaning));
    ++parcel.moves;
    moved_ = std::move(attempt);
    site_->put_back(std::move(parcel));
  } else {
    parcel.mail.bytes = std::string();
    parcel.draft.compose = nullptr;  // It may keep the whole mailing alive.
    attempt.verdict = judged.verdict;
    DeliveryReport report{std::move(parcel), std::move(attempt)};
    report.retry_in = judged.retry_in;
    site_->report(std::move(report));
  }
  co_return !moved;
}

}  // namespace sesame::delivery
