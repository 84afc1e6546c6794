#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "dns/answer.hpp"
#include "net/address.hpp"
#include "routing/site.hpp"
#include "smtp/target.hpp"

/// The way from a destination to its servers, decided from the DNS's answers (RFC 5321 §5.1). Pure, but for
/// the random order. Thread: any.
namespace sesame::routing {

/// A server to which a destination's mail may go.
struct HostPlan {
  std::string host;
  std::uint16_t preference = 0;
  std::vector<net::Address> addresses;  // At least one, at most kAddressesMax, in random order.
  bool secure = false;                  // Signatures prove the addresses.
};

/// The servers of a destination.
struct Plan {
  std::vector<HostPlan> hosts;  // By preference, equal ones in random order.
  SiteKey site;                 // By all published hosts, also those that have no address at present.
  smtp::CertificateDemand certificate = smtp::CertificateDemand::none;  // On each host.
  bool mx_secure = false;                                               // Signatures prove the list of hosts.
  bool stale = false;  // The DNS fails, and this is its last answer. Not for decisions about DANE.
  std::int64_t valid_until_ms = 0;
};

/// The reason why a destination has no servers, as a status of RFC 3463 and a text for people.
struct NoRoute {
  enum class Kind : std::uint8_t {
    dead,         // Its mail is refused: it takes none, or it does not exist for certain.
    suspect,      // The answer leaves no server. One resolver may be wrong, so a second answer decides.
    unsure,       // The DNS gives no answer; its mail waits.
    unreachable,  // It has servers, which this machine cannot reach at present; its mail waits.
    loop,         // It leads to this machine. Its mail is refused, and the operator should know.
    forbidden,    // It leads into a network that is not public. Otherwise as `loop`.
  };

  unsigned code = 0;     // The reply to record; of `suspect` the one that becomes right if it is confirmed.
  std::string enhanced;  // "5.1.2"
  Kind kind = Kind::unsure;
  std::string text;
  /// The end of the published times: of a `suspect`, those of the answer that leaves no server. With `unsure`
  /// the moment of the answer.
  std::int64_t valid_until_ms = 0;
  Kind confirmed = Kind::dead;  // With `suspect`: the kind when a second answer is of that kind again.
};

using Route = std::variant<Plan, NoRoute>;

/// Addresses and names by which this machine is reached. Its loopback and private addresses need not be
/// listed.
struct OwnAddresses {
  std::vector<net::Address> addresses;
  std::vector<std::string> names;  // Lower case, without the last dot.
};

/// The families of addresses to which this machine can connect.
enum class Families : std::uint8_t { v4, v6, both };

/// The answers about one host; nullopt: not asked.
struct HostAnswers {
  std::string host;
  std::optional<Result<dns::Answer>> v4;  // The question for A.
  std::optional<Result<dns::Answer>> v6;  // The question for AAAA.
};

/// The answers about a destination.
struct Answers {
  Result<dns::Answer> mx;
  std::vector<HostAnswers> hosts;  // As of hosts_to_ask.
};

inline constexpr std::size_t kHostsMax = 10;     // Hosts of a destination whose addresses are asked for.
inline constexpr std::size_t kAddressesMax = 8;  // Addresses of a host that are kept.
inline constexpr std::int64_t kRouteMinMs = 60'000;
inline constexpr std::int64_t kRouteMaxMs = 86'400'000;
/// The life of a route of which a part could not be asked for (RFC 2308 §7.1).
inline constexpr std::int64_t kPartialRouteMs = 300'000;

/// The domain of an address as a destination: lower case, A-labels, without the last dot. nullopt when it is
/// not a domain of the Internet: labels or the whole are too long, a single label, an address literal.
std::optional<std::string> destination_of(std::string_view domain);

/// Whether a name can be a server's. Underscores occur, as they do in no mail domain; an address instead of a
/// name is a mistake that RFC 1035 §3.3.9 does not provide for.
bool is_host_name(std::string_view name);

/// The hosts whose addresses a plan needs: the best kHostsMax of the MX answer, or the destination itself
/// without MX records (the implicit MX). Empty when the answer already decides.
std::vector<std::string> hosts_to_ask(const Result<dns::Answer>& mx, Random& random);

/// Decides by RFC 5321 §5.1 and RFC 7505. Hosts that lead to this machine are dropped with all that are equal
/// or worse; addresses that are not public are never used. `families` are those that may be used; an answer
/// about the other one tells a host out of reach from one without addresses.
Route make_plan(std::string_view domain, const Answers& answers, const OwnAddresses& own, Families families,
                std::int64_t now_ms, Random& random);

/// Puts hosts of equal preference into a new random order (RFC 5321 §5.1): each session takes its own.
void shuffle_equal(std::vector<HostPlan>& hosts, Random& random);

std::int64_t valid_until_ms(const Route& route);

}  // namespace sesame::routing
