#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

/// The topics of an account that pages of the console can be told about, and how a change is noticed.
namespace sesame::console {

/// A subject of events. Pure value. Thread: any.
struct Topic {
  enum class Kind : std::uint8_t {
    session,    // The person's own session; looked at by the hub itself.
    inbox,      // The sandbox inbox.
    counters,   // The numbers of today and yesterday.
    attention,  // Domains, webhooks and tasks, as far as somebody may have to act.
    tasks,      // The newest send tasks of each region, and their runs.
    messages,   // The newest mails of today and yesterday, and everything that counts mails.
    domains,
    delivery,  // Mails that came back.
    blocks,    // The lists of people who are not mailed.
    templates,
    groups,
    webhooks,
    task,       // `task:17`
    message,    // `message:MESSAGEID`, a single send.
    dns,        // `dns:mail.example.com`, the records of a sender domain.
    importing,  // `import:17`, the progress of an import and of its undoing.
  };

  Kind kind = Kind::session;
  std::string object = {};  // Behind the colon; empty for kinds without one.

  std::string name() const;
  auto operator<=>(const Topic&) const = default;
};

/// Topics of one stream; more are left out.
inline constexpr std::size_t kTopicsPerStreamMax = 32;

/// The topics in the parameter `topics` of a query string, separated by commas. Topics that do not exist are
/// left out: a page of a later version gets what this program knows. Pure. Thread: any.
std::vector<Topic> read_topics(std::string_view query);
/// The value of a parameter of a query string, with its percent-encoding undone; empty when there is none.
std::string query_value(std::string_view query, std::string_view name);

/// The reading action whose answer the topic is about: a person who may not call it gets no such events.
/// Empty for the session. Pure. Thread: any.
std::string_view action_of(const Topic& topic);

/// The state of a topic at one moment: a digest of its rows. Two states that are equal show the same.
using TopicState = std::uint64_t;

/// Looks at a topic in all regions of the account. Each topic costs a bounded number of rows that an index
/// finds: the newest ones, and sums that are kept. Job: read.
TopicState look_at(storage::Reader& reader, std::int64_t account_id, std::span<const std::string> regions,
                   const Topic& topic, std::int64_t now_ms);

}  // namespace sesame::console
