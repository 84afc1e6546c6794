#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dns/records.hpp"

namespace sesame::dns {

/// The codes of answers that are told apart (RFC 1035 §4.1.1).
enum class Rcode : std::uint8_t {
  no_error = 0,
  malformed = 1,
  server_failure = 2,
  no_such_name = 3,
  not_implemented = 4,
  refused = 5,
};

/// A server's answer, whatever it says.
struct ServerAnswer {
  Rcode code = Rcode::no_error;  // May be a number without a name.
  bool authoritative = false;    // The server has the zone.
  bool resolves = false;         // The server looks further for others.
  bool authentic = false;        // The server says that it has checked the signatures (RFC 6840 §5.7, AD).
  std::vector<Record> records;   // The answer section's, also those of other names and types.
  /// The time for which a denial may be kept (RFC 2308 §5), by the SOA record of the authority section.
  std::optional<std::uint32_t> denial_ttl_s;

  /// Whether "no such name" or "no such record" may be believed: the server is the zone's own, or it resolves
  /// for us. Another server's empty answer is a referral and proves nothing (RFC 1035 §4.1.1, RFC 2308 §2).
  bool may_deny() const { return authoritative || resolves; }
};

}  // namespace sesame::dns
