#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "routing/plan.hpp"

namespace sesame::routing {

/// A destination's hosts after everything is left out to which no mail may go, and the reasons.
struct JudgedHosts {
  std::vector<HostPlan> usable;  // All of their addresses.
  /// The preference of the best host that is this machine: it and all that are equal or worse are left out.
  std::optional<std::uint16_t> own_preference;
  bool unanswered = false;    // A host could not be asked for.
  bool bogus = false;         // The signatures of a host's addresses are wrong.
  bool other_family = false;  // A host has an address of the family that may not be used.
  bool forbidden = false;     // A host has an address that is not public.
  std::uint32_t ttl_s = std::numeric_limits<std::uint32_t>::max();  // The smallest of the answers.

  bool partial() const { return unanswered || bogus; }
};

/// `listed`: the best first. A host without answers counts as unanswered. Pure. Thread: any.
JudgedHosts judge_hosts(std::span<const dns::MailHost> listed, std::span<const HostAnswers> answers,
                        const OwnAddresses& own, Families families);

}  // namespace sesame::routing
