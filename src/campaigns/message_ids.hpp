#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace sesame::campaigns {

/// A Message-ID that a sender chose, with or without its brackets (RFC 5322 §3.6.4): without them; nothing
/// when it is none or too long for a header line. Pure.
std::optional<std::string> read_header_id(std::string_view text);

/// The identifiers of one mailing's messages, derived from a secret key and a position: whoever knows the key
/// can make them again, so a repeated mail carries the identifiers of the first (design: the ledger).
/// Immutable.
class MessageIds {
 public:
  static constexpr std::size_t kKeyBytes = 16;

  /// A fresh key for a run or a send.
  static std::string make_key(Random& random);

  /// `key` has kKeyBytes bytes; `app_id` is the account's public number.
  MessageIds(std::string key, std::string app_id, std::int64_t started_ms);

  /// The API's MessageId: `qcloudses-30-<app id>-date-<YYYYMMDDHHMMSS Beijing>-<12 letters or digits>1`.
  /// SES: SendEmail.MessageId; `bulkId` in events.
  std::string api_id(std::uint32_t ordinal) const;

  /// The Message-ID header without its brackets: unique, in the sender's domain (RFC 5322 §3.6.4).
  std::string header_id(std::uint32_t ordinal, std::string_view domain) const;

 private:
  std::string token(std::uint32_t ordinal, std::size_t characters) const;

  std::string key_;
  std::string prefix_;
};

}  // namespace sesame::campaigns
