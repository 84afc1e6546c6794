#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sesame::storage {

/// The database failed, not the caller. Thrown by statements and caught in one place, the Database, which
/// answers the job with error(); domain code does not catch it. Opening a database throws it to the caller.
/// Immutable. The reasons for an exception: docs/decisions/0001-storage-failures-are-exceptions.md.
/// Thread: any.
class Failure : public std::exception {
 public:
  /// full: no room on the disk or in the quota, works again once there is room. io: a read, write, sync or
  /// open failed, a lock was not free in time, memory is short. corrupt: the database file is damaged. other:
  /// a bug in this program: a statement that does not compile, a broken constraint, a job that threw.
  enum class Kind : std::uint8_t { full, io, corrupt, other };

  /// `query` is the Sql's name or the step that failed ("storage.open"); `detail` the database's own words.
  Failure(Kind kind, std::string_view query, std::string_view detail)
      : kind_(kind), text_(std::string(query).append(": ").append(detail)) {}

  Kind kind() const { return kind_; }
  /// For logs and for the operator: "audience.insert_group: database or disk is full (13)".
  const char* what() const noexcept override { return text_.c_str(); }

  /// errors::kSyncLost after a failed sync, else kFull, kFailed, kCorrupt or kJobFailed by the kind; what()
  /// becomes the private cause.
  Error error() const;

  /// True after a failed sync: the kernel may have dropped the pages, so the content of the disk is unknown,
  /// and a second sync that succeeds proves nothing.
  bool durability_unknown() const { return durability_unknown_; }
  Failure&& with_durability_unknown() && { return durability_unknown_ = true, std::move(*this); }

 private:
  Kind kind_;
  bool durability_unknown_ = false;
  std::string text_;
};

}  // namespace sesame::storage
