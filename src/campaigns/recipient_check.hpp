#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audience/hard_bounces.hpp"
#include "campaigns/mail_filter.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// A reason on record why an address is not mailed.
struct Obstacle {
  enum class List : std::uint8_t { hard_bounce, custom_block, unsubscribed, complained, too_frequent };
  List list = List::hard_bounce;
  std::string sender_domain;  // unsubscribed, complained: whose mail it is kept from.
  std::int64_t since_ms = 0;  // 0: unknown.
  std::optional<std::int64_t>
      until_ms;            // The first moment at which it counts no more; nullopt: unknown or never.
  bool simulated = false;  // It counts for mail into the sandbox only.
  std::string reply;       // hard_bounce: the server's words; empty when others' mail bounced.
};

/// "hard_bounce".
std::string_view name_of(Obstacle::List list);

/// The answer to "may this address be mailed now?".
struct RecipientCheck {
  std::string fault;                // Why the address is malformed; empty when it is not.
  Verdict verdict;                  // As a mail of the sender domain would be judged now.
  std::vector<Obstacle> obstacles;  // The entries behind the verdict, and those of further lists.
};

/// Asks the filters that judge every mail, and looks up the entries that stand in the way. An empty
/// `sender_domain` asks about mail of a domain that nobody unsubscribed from, and lists the entries of all
/// domains. Counts nothing. Job: read.
RecipientCheck check_recipient(storage::Reader& reader, const MailFilters& filters, const Mailer& mailer,
                               std::string_view address, const audience::SuppressionRules& rules,
                               std::int64_t now_ms);

}  // namespace sesame::campaigns
