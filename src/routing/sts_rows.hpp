#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "routing/sts_policy.hpp"
#include "storage/database.hpp"

/// The rows of table sts_policy: the policies of destinations. Plain functions inside database jobs.
namespace sesame::routing {

/// A policy with its times.
struct StoredPolicy {
  StsPolicy policy;
  std::int64_t fetched_ms = 0;
  std::int64_t expires_ms = 0;

  bool operator==(const StoredPolicy&) const = default;
};

/// By destination; nullopt: its row is deleted.
using StsPolicyRows = std::map<std::string, std::optional<StoredPolicy>>;

/// Reads the policies fetched last, at most `most`; those that have expired are left out. Times that a wrong
/// clock set ahead are brought back. Job: read.
StsPolicyRows read_sts_policies(storage::Reader& reader, std::int64_t now_ms, std::size_t most);

/// Writes a row for each policy, in place of its earlier one. Job: write.
void write_sts_policies(storage::Writer& writer, const StsPolicyRows& rows);

/// Deletes at most `most` policies that have expired. Returns their number. Job: write.
std::int64_t delete_expired_sts_policies(storage::Writer& writer, std::int64_t now_ms, std::int64_t most);

}  // namespace sesame::routing
