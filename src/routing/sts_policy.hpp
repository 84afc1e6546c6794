#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// MTA-STS (RFC 8461): what a destination publishes about the encryption of its mail. Pure. Thread: any.
namespace sesame::routing {

/// A policy of a destination. The numbers of the modes are stored.
struct StsPolicy {
  enum class Mode : std::uint8_t {
    none = 0,     // As without a policy; withdraws an earlier one.
    testing = 1,  // As without a policy, but failures are worth a report.
    enforce = 2,  // No mail goes to a server that the policy does not name or that cannot prove its name.
  };

  std::string id;  // The TXT record had it when the policy was fetched.
  Mode mode = Mode::none;
  std::int64_t max_age_s = 0;
  /// Host names in lower case; "*." at the beginning stands for exactly one label.
  std::vector<std::string> mx;

  /// Whether the policy names this host (RFC 8461 §4.1), which is in lower case, without its last dot.
  bool names(std::string_view host) const;
  bool operator==(const StsPolicy&) const = default;
};

inline constexpr std::int64_t kStsAgeMaxS = 31'557'600;  // RFC 8461 §3.2: one year.
inline constexpr std::size_t kStsPatternsMax = 100;
inline constexpr std::size_t kStsPolicyBytesMax = 64 * 1024;

/// "enforce".
std::string_view name_of(StsPolicy::Mode mode);

/// The name of a destination's TXT record, and the URL of its policy.
std::string sts_record_name(std::string_view destination);
std::string sts_policy_url(std::string_view destination);

/// The id of a destination's TXT records (RFC 8461 §3.1). nullopt when none, or more than one, begins
/// `v=STSv1;`, or that one breaks the rules: the destination has no policy then.
std::optional<std::string> sts_record_id(std::span<const std::string> texts);

/// Reads a policy (RFC 8461 §3.2), without its id. Keys that it does not know are passed over, and of a key
/// that comes twice the first counts. nullopt when a line has no key, a value breaks the rules, a key is
/// missing, the version is another one, or there are more than kStsPatternsMax hosts. A longer max_age counts
/// as kStsAgeMaxS.
std::optional<StsPolicy> parse_sts_policy(std::string_view text);

}  // namespace sesame::routing
