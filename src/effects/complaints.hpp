#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "storage/database.hpp"

/// Complaints: recipients' reports of unwanted mails (SES: AbuseReport). Addresses are compared by
/// mime::canonical_address. Plain functions inside database jobs.
namespace sesame::effects {

struct Complaint {
  std::string from_address;
  std::string to_address;
  std::string source_ip;    // The host that handed the mail over; this and all that follow may be empty.
  std::string template_id;  // In decimal.
  std::string bulk_id;      // The API's MessageId.
  std::string header_id;    // The Message-ID header.
  std::string subject;
  std::int64_t delivered_ms = 0;  // 0: unknown.
  std::int64_t complained_ms = 0;
  std::int64_t inserted_ms = 0;
};
/// Stores a complaint; the caller counts it in the daily volumes. Job: write.
void record_complaint(storage::Writer& writer, const accounts::Scope& scope, const Complaint& complaint);

/// Non-empty texts must match.
struct ComplaintFilter {
  std::int64_t from_ms = 0;  // Complaints at or after this time.
  std::int64_t to_ms = 0;    // Complaints before this time.
  std::string_view from_domain;
  std::string_view from_address;
  std::string_view to_domain;
  std::string_view to_address;
  std::string_view template_id;
  std::int64_t offset = 0;
  std::int64_t limit = 1000;
};
struct ComplaintPage {
  std::int64_t total = 0;             // Matching complaints on all pages.
  std::vector<Complaint> complaints;  // The newest first.
};
ComplaintPage list_complaints(storage::Reader& reader, const accounts::Scope& scope,
                              const ComplaintFilter& filter);

/// Deletes complaints stored before `before_ms`, the oldest first, at most `most`. Returns their number.
/// Job: write.
std::int64_t delete_expired_complaints(storage::Writer& writer, std::int64_t before_ms, std::int64_t most);

}  // namespace sesame::effects
