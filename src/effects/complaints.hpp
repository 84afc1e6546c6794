#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "storage/database.hpp"

/// Recipients who reported a mail as unwanted (SES: AbuseReport). Plain functions for the inside of database
/// jobs; addresses are compared by mime::canonical_address.
namespace sesame::effects {

struct Complaint {
  std::string from_address;
  std::string to_address;
  std::string source_ip;    // Who handed the mail over; may be empty, like all that follows.
  std::string template_id;  // In decimal.
  std::string bulk_id;      // The API's MessageId.
  std::string header_id;    // The Message-ID header.
  std::string subject;
  std::int64_t delivered_ms = 0;  // 0: not known.
  std::int64_t complained_ms = 0;
  std::int64_t inserted_ms = 0;
};
/// Stores a complaint; the daily volumes are the caller's.
void record_complaint(storage::Writer& writer, const accounts::Scope& scope, const Complaint& complaint);

/// Every text that is not empty must match.
struct ComplaintFilter {
  std::int64_t from_ms = 0;  // Complained at or after, and
  std::int64_t to_ms = 0;    // before this.
  std::string_view from_domain;
  std::string_view from_address;
  std::string_view to_domain;
  std::string_view to_address;
  std::string_view template_id;
  std::int64_t offset = 0;
  std::int64_t limit = 1000;
};
struct ComplaintPage {
  std::int64_t total = 0;             // All that match, whatever the page.
  std::vector<Complaint> complaints;  // The newest first.
};
ComplaintPage list_complaints(storage::Reader& reader, const accounts::Scope& scope,
                              const ComplaintFilter& filter);

/// Removes at most `most` of those that were stored before that moment, the oldest first; says how many.
std::int64_t delete_expired_complaints(storage::Writer& writer, std::int64_t before_ms, std::int64_t most);

}  // namespace sesame::effects
