#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/outcome.hpp"
#include "storage/database.hpp"

/// The attempts to hand a message over, for people who ask what became of it. Most mail is delivered at the
/// first try and keeps no row of table attempt: its message row has the host and the TLS level besides the
/// reply (docs/decisions/0049).
namespace sesame::messages {

/// Attempts kept of a message: its first ones and its newest ones. Short pauses or a late expiry make more.
inline constexpr unsigned kFirstAttemptsKept = 10;
inline constexpr unsigned kNewestAttemptsKept = 20;

enum class AttemptResult : std::uint8_t {
  delivered,
  deferred,   // The message was tried again later, or given up.
  refused,    // For good.
  uncertain,  // The whole mail was sent, and no final reply came (docs/decisions/0004).
};

struct KeptAttempt {
  unsigned number = 0;     // From 1.
  std::int64_t at_ms = 0;  // When it had ended.
  std::string host;        // AttemptTrace::host; empty when unknown or no server was asked.
  std::int64_t source_id = 0;
  smtp::TlsLevel tls = smtp::TlsLevel::unknown;
  smtp::Stage stage = smtp::Stage::dot;
  unsigned code = 0;  // 0: no reply, or it is not known any more.
  std::string text;
  std::optional<std::int64_t> ms;  // nullopt: a delivery at the first try, whose duration is not kept.
  AttemptResult result = AttemptResult::deferred;
};

/// The kept attempts of a message, the oldest first. Job: read.
std::vector<KeptAttempt> list_attempts(storage::Reader& reader, std::int64_t row_id);

/// Writes the attempts of one job's outcomes. Make one for each job. Job: write.
class AttemptWriter {
 public:
  explicit AttemptWriter(storage::Writer& writer) : writer_(writer) {}

  /// The number that stands for a host in message rows; 0 for an empty name.
  std::int64_t host_id(const std::string& name);
  /// Stores the outcome's attempt, if it is one that has a row. Replaces an attempt of the same number: the
  /// message was tried again because an earlier outcome was lost.
  void add(std::int64_t row_id, const Outcome& outcome);

 private:
  storage::Writer& writer_;
  std::map<std::string, std::int64_t, std::less<>> hosts_;
};

}  // namespace sesame::messages
