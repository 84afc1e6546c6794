#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// The sandbox inbox. Plain functions inside database jobs, except pack_mail().
namespace sesame::delivery {

/// A compressed mail on its way into the inbox.
struct InboxMail {
  accounts::Scope scope;
  std::string message_id;
  std::string from_address;
  std::string to_address;
  std::string subject;
  std::int64_t received_ms = 0;
  std::size_t size_bytes = 0;
  std::string packed;
};

/// Compresses the bytes and reads the subject. Thread: any.
InboxMail pack_mail(std::string_view bytes);
/// Stores a mail. Call trim_inbox() in the same job. Job: write.
void store_mail(storage::Writer& writer, const InboxMail& mail);
/// Counts the `stored` mails that store_mail() added to the scope in this job, and deletes its oldest ones so
/// that the newest `keep` remain. Job: write.
void trim_inbox(storage::Writer& writer, const accounts::Scope& scope, std::int64_t stored,
                std::int64_t keep);

struct InboxEntry {
  std::int64_t id = 0;
  std::string message_id;
  std::string from_address;
  std::string to_address;
  std::string subject;
  std::int64_t received_ms = 0;
  std::int64_t size_bytes = 0;
};
struct InboxFilter {
  // Each matches as a part of the text, without case in any script; a domain in both of its forms.
  std::optional<std::string> to_address;
  std::optional<std::string> from_address;
  std::optional<std::string> subject;
  std::string message_id;  // The whole MessageId, found by an index; empty: any.
};
struct InboxPage {
  std::vector<InboxEntry> entries;  // Newest first.
  std::int64_t total = 0;           // Matching mails on all pages.
};
InboxPage list_inbox(storage::Reader& reader, const accounts::Scope& scope, const InboxFilter& filter,
                     std::uint32_t offset, std::uint32_t limit);

struct InboxMessage {
  InboxEntry entry;
  std::string bytes;  // The mail as composed and signed.
};
/// Finds a mail. Errors: errors::kUnknownMail, errors::kUnreadableMail (damaged on disk); fact "value". Job:
/// read.
Result<InboxMessage> find_inbox_mail(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id);
/// Finds the id of the newest mail with this MessageId and envelope recipient, by an index. nullopt when
/// there is none. Job: read.
std::optional<std::int64_t> find_inbox_id(storage::Reader& reader, const accounts::Scope& scope,
                                          std::string_view message_id, std::string_view to_address);
/// Whether the inbox still has this mail. Job: read.
bool has_inbox_mail(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id);
/// Deletes all mails of the scope. Returns their number. Job: write.
std::int64_t empty_inbox(storage::Writer& writer, const accounts::Scope& scope);

}  // namespace sesame::delivery
