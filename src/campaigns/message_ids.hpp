#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace sesame::campaigns {

/// Reads a Message-ID chosen by the sender, with or without angle brackets (RFC 5322 §3.6.4). Returns it
/// without brackets; nullopt when it is malformed or too long for a header line. Thread: any.
std::optional<std::string> read_header_id(std::string_view text);

/// Derives the identifiers of a mailing's messages from a secret key and an ordinal, so that a repeated mail
/// carries the identifiers of the first. Immutable. Thread: any.
class MessageIds {
 public:
  static constexpr std::size_t kKeyBytes = 16;

  /// Makes the key of a new run or send.
  static std::string make_key(Random& random);

  /// `key` has kKeyBytes bytes; `app_id` is the account's public number.
  MessageIds(std::string key, std::string app_id, std::int64_t started_ms);

  /// The API's MessageId: `qcloudses-30-<app id>-date-<YYYYMMDDHHMMSS Beijing>-<12 letters or digits>1`.
  /// SES: SendEmail.MessageId; `bulkId` in events.
  std::string api_id(std::uint32_t ordinal) const;

  /// The Message-ID header without angle brackets: unique, in the sender's domain (RFC 5322 §3.6.4).
  std::string header_id(std::uint32_t ordinal, std::string_view domain) const;

 private:
  std::string token(std::uint32_t ordinal, std::size_t characters) const;

  std::string key_;
  std::string prefix_;
};

}  // namespace sesame::campaigns
