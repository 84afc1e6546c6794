#include "delivery/port_check.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/thread_safety.hpp"
#include "base/utf8.hpp"
#include "delivery/errors.hpp"
#include "net/errors.hpp"
#include "net/stream.hpp"

namespace sesame::delivery {

namespace {

constexpr std::size_t kGreetingBytesMax = 512;  // RFC 5321 §4.5.3.1.5.
constexpr std::chrono::milliseconds kQuit{200};

/// Whether a line is a reply (RFC 5321 §4.2). A server that refuses to talk to this machine has an open port.
bool is_reply(std::string_view line) {
  const auto digit = [&](std::size_t at) { return line[at] >= '0' && line[at] <= '9'; };
  if (line.size() < 3 || !digit(1) || !digit(2)) return false;
  const bool known = line[0] == '2' || line[0] == '4' || line[0] == '5';
  return known && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

PortFinding finding_of(const Error& error) {
  if (error.is(net::errors::kRefused)) return PortFinding::refused;
  if (error.is(net::errors::kTimeout)) return PortFinding::timeout;
  if (error.is(net::errors::kUnresolved)) return PortFinding::unresolved;
  return PortFinding::failed;
}

}  // namespace

std::string_view name_of(PortFinding finding) {
  constexpr std::array<std::string_view, 6> kNames{"open",    "silent",     "refused",
                                                   "timeout", "unresolved", "failed"};
  return kNames.at(static_cast<std::size_t>(finding));
}

std::string_view explain(PortFinding finding) {
  switch (finding) {
    case PortFinding::open:
      return "The server greets.";
    case PortFinding::silent:
      return "The connection is taken, but no mail server greets.";
    case PortFinding::refused:
      return "The connection is refused.";
    case PortFinding::timeout:
      return "No answer within 3 seconds: a firewall drops the packets.";
    case PortFinding::unresolved:
      return "The name has no address, or no DNS server answers.";
    case PortFinding::failed:
      break;
  }
  return "The connection fails, or something other than a mail server answers.";
}

PortVerdict verdict_of(const std::vector<PortProbe>& probes) {
  const auto any = [&](PortFinding finding) {
    return std::ranges::any_of(probes, [&](const PortProbe& probe) { return probe.finding == finding; });
  };
  if (any(PortFinding::open)) return PortVerdict::open;
  const bool closed = any(PortFinding::refused) || any(PortFinding::timeout) || any(PortFinding::silent);
  return closed ? PortVerdict::closed : PortVerdict::unknown;
}

std::string_view name_of(PortVerdict verdict) {
  if (verdict == PortVerdict::open) return "open";
  return verdict == PortVerdict::closed ? "closed" : "unknown";
}

/// One check; its coroutines share it.
struct PortCheck::Run {
  Run(const Clock& time, std::vector<HostPort> servers, Done ended, std::shared_ptr<State> of_all)
      : clock(time),
        done(std::move(ended)),
        state(std::move(of_all)),
        began(time.steady_now()),
        open(servers.size()) {
    for (HostPort& server : servers) probes.push_back({std::move(server)});
  }
  /// Its coroutines may be destroyed before they have ended.
  ~Run() {
    const MutexLock lock(mutex);
    if (open > 0) leave({});
  }

  void leave(std::vector<PortProbe> seen) {
    const MutexLock lock(state->mutex);
    state->under_way = false;
    state->last = std::move(seen);
    state->seen_at = clock.steady_now();
  }

  void end(std::size_t index, PortFinding finding, std::string_view greeting) {
    const auto took = clock.steady_now() - began;
    {
      const MutexLock lock(mutex);
      PortProbe& probe = probes[index];
      probe.finding = finding;
      probe.greeting = utf8::mended_to_store(greeting);
      probe.took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
      if (--open > 0) return;
    }
    leave(probes);
    done(std::move(probes));
  }

  static net::Task<void> look(std::shared_ptr<Run> run, std::size_t index) {
    const net::Deadline deadline(kPortCheckMax);
    const HostPort server = run->probes[index].server;
    Result<net::Stream> stream = co_await net::Stream::connect(server.host, server.port, deadline);
    if (!stream) {
      run->end(index, finding_of(stream.error()), {});
      co_return;
    }
    std::string greeting;
    std::array<char, kGreetingBytesMax> bytes{};
    while (greeting.find('\n') == greeting.npos && greeting.size() < kGreetingBytesMax) {
      const Result<std::size_t> read = co_await stream->read_some(bytes, deadline);
      if (!read) break;
      greeting.append(bytes.data(), *read);
    }
    greeting.resize(std::min(greeting.size(), greeting.find_first_of("\r\n")));
    PortFinding finding = is_reply(greeting) ? PortFinding::open : PortFinding::failed;
    if (greeting.empty()) finding = PortFinding::silent;
    run->end(index, finding, greeting);
    const Status left = co_await stream->write_all(std::string_view("QUIT\r\n"), kQuit);
    if (left) stream->close();
  }

  const Clock& clock;
  const Done done;
  const std::shared_ptr<State> state;
  const std::chrono::steady_clock::time_point began;
  std::vector<PortProbe> probes;  // Each element belongs to its coroutine until the last has ended.
  Mutex mutex;
  std::size_t open SESAME_GUARDED_BY(mutex);
};

PortCheck::PortCheck(net::Loops& loops, const Clock& clock, PortCheckOptions options)
    : loops_(loops), clock_(clock), options_(std::move(options)), state_(std::make_shared<State>()) {}

void PortCheck::begin(Done done) {
  std::vector<HostPort> servers = options_.servers;
  servers.resize(std::min(servers.size(), kPortCheckServersMax));
  if (servers.empty()) return done(std::vector<PortProbe>());
  std::optional<Result<std::vector<PortProbe>>> known;
  {
    const MutexLock lock(state_->mutex);
    if (state_->under_way) {
      known.emplace(Error(errors::kPortCheckUnderWay));
    } else if (!state_->last.empty() && clock_.steady_now() - state_->seen_at < kPortCheckPause) {
      known.emplace(state_->last);
    } else {
      state_->under_way = true;
    }
  }
  if (known) return done(std::move(*known));
  const std::size_t count = servers.size();
  const auto run = std::make_shared<Run>(clock_, std::move(servers), std::move(done), state_);
  for (std::size_t i = 0; i < count; ++i) {
    loops_.spawn(i % loops_.size(), [run, i] { return Run::look(run, i); });
  }
}

}  // namespace sesame::delivery
