#pragma once

#include <atomic>
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/gate.hpp"
#include "net/address_ranges.hpp"
#include "net/body_share.hpp"
#include "net/http_response.hpp"
#include "net/http_server.hpp"
#include "net/peer_counts.hpp"
#include "net/read_buffer.hpp"
#include "net/stream.hpp"

namespace sesame::net {

class IdleSessions;
class RequestParser;
struct HttpServerState;

/// Makes a session a member of IdleSessions.
using IdleHook = boost::intrusive::list_base_hook<>;

/// One connection, from the handshake to the end. Constructed on any thread. Thread: loop.
class HttpSession : public IdleHook {
 public:
  /// The caller has entered the state's gate; the destructor leaves it. `place` is the peer's, empty for a
  /// proxy.
  HttpSession(std::shared_ptr<HttpServerState> state, Stream stream, std::size_t loop, PeerPlace place);
  ~HttpSession();
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  /// Returns when the connection is over; a request that fails inside ends only its connection.
  Task<void> run();

  void close_if_idle();
  void close();

 private:
  friend class IdleSessions;

  Task<void> serve();
  Task<bool> serve_one();
  Task<bool> receive(RequestParser& parser, BodyShare& share);
  bool admit(RequestParser& parser, BodyShare& share);
  Task<bool> fill(std::size_t room, Deadline deadline);
  void identify(HttpRequest& request) const;
  Task<HttpResponse> answer(HttpRequest request, const HttpRequest& short_head);
  HttpResponse refuse(RequestParser& parser);
  Task<bool> send(HttpResponse response, ResponseForm form, bool head_only);
  Task<Status> send_large(std::string_view body);
  Task<void> send_source(HttpResponse response, ResponseForm form, bool head_only);
  void rest();
  void wake();

  const std::shared_ptr<HttpServerState> state_;
  const std::size_t loop_;
  PeerPlace place_;          // The connection's.
  PeerPlace request_place_;  // The request's, behind a proxy.
  Stream stream_;
  ReadBuffer buffer_;
  std::string out_;          // The answer's head; a member so that its memory is used again.
  bool idle_ = true;         // No request has begun: nothing is lost by closing.
  bool streaming_ = false;   // The answer is a BodySource, which has no end of its own: as good as idle.
  bool silent_ = true;       // No byte of a request has come yet.
  bool identified_ = false;  // The request's client is known.
  bool above_peer_limit_ = false;
  bool judged_ = false;          // The body of the request was judged by its head.
  std::int64_t idle_since_ = 0;  // The steady time in nanoseconds.
};

/// The connections of one loop on which no request is under way, the longest idle first.
/// Thread: loop, but for idle_since() and begin_closing().
class IdleSessions {
 public:
  static constexpr std::int64_t kNobody = std::numeric_limits<std::int64_t>::max();

  void add(HttpSession& session);
  void remove(HttpSession& session);
  /// Closes the one that has been idle the longest, if there is one.
  void close_longest();

  /// The steady time since which the longest has been idle, in nanoseconds; kNobody without one. Thread: any.
  std::int64_t idle_since() const { return idle_since_.load(std::memory_order_relaxed); }
  /// Announces that close_longest() will be called on the loop. False when as many calls are under way as may
  /// be: each lets one connection in before another has gone. Thread: any.
  bool begin_closing();

 private:
  void publish();

  boost::intrusive::list<HttpSession, boost::intrusive::base_hook<IdleHook>> waiting_;
  std::atomic<std::int64_t> idle_since_{kNobody};
  std::atomic<int> closing_{0};
};

/// The state that the connections of one server share.
struct HttpServerState {
  HttpServerState(HttpHandler& answers, HttpServerOptions given, std::size_t loops)
      : handler(answers), options(std::move(given)), sessions(loops), idle(loops) {}

  // Constant once the server has started.
  HttpHandler& handler;
  const HttpServerOptions options;
  std::optional<TlsContext> tls;
  AddressRanges proxies;  // options.trusted_proxies
  SystemClock clock;      // For the Date header only.

  // The following members are safe from any thread.
  std::atomic<bool> stopping{false};
  Gate gate;                                  // The sessions are inside.
  std::atomic<std::size_t> bodies_bytes{0};   // The sum of the sessions' BodyShares,
  std::atomic<std::size_t> answers_bytes{0};  // and of those of their answers.
  PeerCounts peers;

  std::vector<std::unordered_set<HttpSession*>> sessions;  // By loop; each only on its own loop.
  std::vector<IdleSessions> idle;                          // By loop.
};

}  // namespace sesame::net
