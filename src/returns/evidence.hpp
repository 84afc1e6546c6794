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

/// The evidence: stored returned mails and their effects. Plain functions inside database jobs, except
/// pack_evidence().
namespace sesame::returns {

/// The effect of a returned mail. The values are stored: append, never renumber.
enum class ReturnEffect : std::uint8_t {
  none = 0,        // An automatic reply, a delay, a repetition, or a mail of unknown meaning.
  bounced = 1,     // The sent mail counts as bounced.
  suppressed = 2,  // Bounced, and its recipient is suppressed.
  complained = 3,
};

struct Evidence {
  std::int64_t id = 0;
  accounts::Scope scope;  // Account 0: it matches no sent mail.
  std::int64_t received_ms = 0;
  std::optional<accounts::MailId> mail;
  std::string message_id;        // The API's MessageId.
  std::string to_address;        // The sent mail's recipient.
  std::string reported_address;  // The recipient that the report names; may be empty.
  std::string bounce_class;      // name_of(BounceClass).
  std::string status;
  std::string reply_code;
  std::string reason;
  ReturnEffect effect = ReturnEffect::none;
  std::string envelope_from;
  std::string envelope_to;
  std::string peer_address;
  std::int64_t size_bytes = 0;  // The size on arrival; less may be stored.
};

/// The compressed bytes of a returned mail.
struct PackedMail {
  std::size_t kept_bytes = 0;
  std::string packed;
};
/// Compresses the first bytes of the mail, at most `kept_max`. Thread: any.
PackedMail pack_evidence(std::string_view bytes, std::size_t kept_max);

/// The number of returned mails that are kept, the newest ones. Few per sent mail, so that one holder of a
/// return address cannot displace all others.
struct EvidenceLimits {
  std::int64_t mails_per_account = 100'000;
  std::int64_t unmatched_mails = 2'000;  // Matching no sent mail: anybody may send such mails.
  std::int64_t mails_per_message = 10;
};

/// Stores a returned mail. False when it was left out, because `mails_per_message` with an effect are stored
/// about the same sent mail. Job: write.
bool keep_evidence(storage::Writer& writer, const Evidence& mail, const PackedMail& bytes,
                   const EvidenceLimits& limits);

/// Deletes returned mails received before `before_ms`, at most `most`, the oldest first. Returns their
/// number. Job: write.
std::int64_t delete_expired_evidence(storage::Writer& writer, std::int64_t before_ms, std::int64_t most);

struct EvidenceFilter {
  std::string_view message_id;  // Empty: all; so are the next two.
  std::string_view to_address;  // In any spelling.
  std::string_view bounce_class;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = INT64_MAX;  // Excluded.
  std::int64_t offset = 0;
  std::int64_t limit = 10;
};
struct EvidencePage {
  std::int64_t total = 0;      // Matching mails on all pages.
  std::vector<Evidence> rows;  // Newest first.
};
/// Lists returned mails. Account 0 lists those that match no sent mail. Job: read.
EvidencePage list_evidence(storage::Reader& reader, const accounts::Scope& scope,
                           const EvidenceFilter& filter);

struct EvidenceMail {
  Evidence evidence;
  std::string bytes;  // The first bytes of the mail, as received.
};
/// Finds a returned mail. Errors: errors::kUnknown, errors::kUnreadable (damaged on disk); fact "value". Job:
/// read.
Result<EvidenceMail> find_evidence(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id);

}  // namespace sesame::returns
