#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/host_port.hpp"
#include "base/result.hpp"
#include "base/setting.hpp"
#include "base/thread_safety.hpp"
#include "net/loops.hpp"

namespace sesame::delivery {

struct PortCheckOptions {
  // Mail servers of large providers: their ports are open to everybody who may reach any.
  std::vector<HostPort> servers{
      {"gmail-smtp-in.l.google.com", 25}, {"mx3.qq.com", 25}, {"outlook-com.olc.protection.outlook.com", 25}};

  void visit(SettingVisitor& settings) {
    settings.addresses(
        "delivery.port_check", servers,
        "mail servers that CheckOutboundPort connects to, up to 5; it greets nobody and mails nothing");
  }
};

/// The outcome of a connection to a mail server.
enum class PortFinding : std::uint8_t {
  open,        // The server greeted.
  silent,      // The connection was taken, but closed without a greeting, or nobody greeted in time.
  refused,     // The connection was refused.
  timeout,     // No answer within the deadline: as of a firewall.
  unresolved,  // The name has no address, or no DNS server answered.
  failed,      // Any other fault of the network, or a line that no mail server sends.
};
/// "open".
std::string_view name_of(PortFinding finding);
/// A sentence for people; cloudapi has it in Chinese.
std::string_view explain(PortFinding finding);

struct PortProbe {
  HostPort server;
  PortFinding finding = PortFinding::failed;
  std::string greeting;  // The first line, as UTF-8 that can be shown.
  std::int64_t took_ms = 0;
};

/// Open when any server greeted; closed when none did and some refused or did not answer; else unknown.
enum class PortVerdict : std::uint8_t { open, closed, unknown };
PortVerdict verdict_of(const std::vector<PortProbe>& probes);
/// "open".
std::string_view name_of(PortVerdict verdict);

/// Connects to mail servers to see whether this machine can: many hosts close port 25 to the outside. Reads
/// the greeting, says QUIT, and sends nothing else. One check is under way at a time; it takes at most
/// kPortCheckMax, and its result is answered again for kPortCheckPause: the servers are other people's. The
/// loops outlive it. Thread: any.
class PortCheck {
 public:
  /// Called once, on a loop or the caller's thread: quick, does not throw.
  using Done = std::function<void(Result<std::vector<PortProbe>>)>;

  PortCheck(net::Loops& loops, const Clock& clock, PortCheckOptions options);

  /// Error: errors::kPortCheckUnderWay.
  void begin(Done done);

 private:
  struct Run;
  /// The result that one check leaves to the next ones.
  struct State {
    Mutex mutex;
    bool under_way SESAME_GUARDED_BY(mutex) = false;
    std::vector<PortProbe> last SESAME_GUARDED_BY(mutex);
    std::chrono::steady_clock::time_point seen_at SESAME_GUARDED_BY(mutex);  // The moment of `last`.
  };

  net::Loops& loops_;
  const Clock& clock_;
  const PortCheckOptions options_;
  const std::shared_ptr<State> state_;
};

inline constexpr std::chrono::milliseconds kPortCheckMax{3'000};
inline constexpr std::chrono::seconds kPortCheckPause{30};
inline constexpr std::size_t kPortCheckServersMax = 5;

}  // namespace sesame::delivery
