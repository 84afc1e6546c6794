#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "audience/hard_bounces.hpp"
#include "storage/database.hpp"

/// The look-up of suppressed addresses before a mail is sent. Job: read.
namespace sesame::audience {

/// The reason why an address is not mailed. The values are those of SES: SendEmailStatus.SendStatus.
enum class Suppression : std::uint16_t {
  none = 0,
  bounced = 1007,       // On the automatic list.
  unsubscribed = 1013,  // From the sender domain.
  blocked = 3020,       // On the account's own list.
};

/// A sentence fragment for people; empty for Suppression::none.
std::string_view explain(Suppression suppression);

/// The suppression of each address for the sender domain (in lower-case A-label form). Costs one look-up per
/// address and list in an index of numbers, in its order (about a microsecond with a million addresses on the
/// list), and nothing for an empty list.
std::vector<Suppression> find_suppressed(storage::Reader& reader, const accounts::Scope& scope,
                                         std::string_view sender_domain,
                                         std::span<const std::string_view> addresses,
                                         const SuppressionRules& rules, std::int64_t now_ms);

}  // namespace sesame::audience
