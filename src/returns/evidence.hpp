#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/mail_id.hpp"
#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// The evidence: mail that came back about mail that was sent, with what was made of it. Plain functions
/// inside database jobs, except pack_evidence.
namespace sesame::returns {

/// What a returned mail did. Stored: append, never renumber.
enum class ReturnEffect : std::uint8_t {
  none = 0,        // An auto-reply, a delay, a repetition, or nobody knows.
  bounced = 1,     // The mail counts as bounced.
  suppressed = 2,  // That, and its recipient is not mailed any more.
  complained = 3,
};

struct Evidence {
  std::int64_t id = 0;
  accounts::Scope scope;  // Account 0: no mail was found that it is about.
  std::int64_t received_ms = 0;
  std::optional<accounts::MailId> mail;
  std::string message_id;        // The API's MessageId.
  std::string to_address;        // Whom the sent mail was for.
  std::string reported_address;  // Whom the report names; empty: nobody.
  std::string bounce_class;      // name_of(BounceClass).
  std::string status;
  std::string reply_code;
  std::string reason;
  ReturnEffect effect = ReturnEffect::none;
  std::string envelope_from;
  std::string envelope_to;
  std::string peer_address;
  std::int64_t size_bytes = 0;  // As it came; the evidence may be less.
};

/// The bytes of a returned mail on their way into the table.
struct PackedMail {
  std::size_t kept_bytes = 0;
  std::string packed;
};
/// Compresses the front of it, at most `kept_max` bytes. Any thread.
PackedMail pack_evidence(std::string_view bytes, std::size_t kept_max);

/// What of the evidence stays. The newest count; those of one mail are few, so that whoever knows an address
/// can't push out all others.
struct EvidenceLimits {
  std::int64_t mails_per_account = 100'000;
  std::int64_t mails_of_nobody = 2'000;  // About no mail that was found: anybody may send such.
  std::int64_t mails_per_message = 10;
};

/// False: so many are kept about this mail that it was left out.
bool keep_evidence(storage::Writer& writer, const Evidence& mail, const PackedMail& bytes,
                   const EvidenceLimits& limits);

/// Removes what came before, at most so many and the oldest first. Returns how many.
std::int64_t delete_expired_evidence(storage::Writer& writer, std::int64_t before_ms, std::int64_t most);

struct EvidenceFilter {
  std::string_view message_id;  // Empty: all, as with the next two.
  std::string_view to_address;  // Any spelling of it.
  std::string_view bounce_class;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = INT64_MAX;  // Excluded.
  std::int64_t offset = 0;
  std::int64_t limit = 10;
};
struct EvidencePage {
  std::int64_t total = 0;      // How many match.
  std::vector<Evidence> rows;  // Newest first.
};
/// Account 0 lists those of which nobody knows what they are about.
EvidencePage list_evidence(storage::Reader& reader, const accounts::Scope& scope,
                           const EvidenceFilter& filter);

struct EvidenceMail {
  Evidence evidence;
  std::string bytes;  // The front of the mail, as it came.
};
/// Errors: "evidence.unknown", "evidence.unreadable" (damaged on disk); fact "value".
Result<EvidenceMail> find_evidence(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id);

}  // namespace sesame::returns
