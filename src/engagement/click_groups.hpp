#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "accounts/mail_id.hpp"
#include "effects/mail_effects.hpp"

namespace sesame::engagement {

/// Holds the clicks of a mail for some seconds, to see whether all its links are followed together, as
/// scanners do and people don't. Thread: one.
class ClickGroups {
 public:
  /// From the first click of a mail; later ones belong to the next group.
  static constexpr std::int64_t kHeldMs = 4'000;

  /// Adds a click of a mail that has `links` different links, more than one.
  void add(effects::MailEvent click, unsigned links);
  /// Takes the clicks of all groups whose time is over at `now_ms`, in the order of their groups. They have
  /// `all_links` set when every link of their mail is among them.
  std::vector<effects::MailEvent> take_ended(std::int64_t now_ms);
  std::vector<effects::MailEvent> take_all();

  std::size_t size() const { return size_; }

 private:
  struct Group {
    unsigned links = 0;
    std::vector<effects::MailEvent> clicks;
  };
  std::vector<effects::MailEvent> take_until(std::int64_t begun_ms, bool all);

  std::map<accounts::MailId, std::int64_t> begun_;                     // When the mail's group began.
  std::map<std::pair<std::int64_t, accounts::MailId>, Group> groups_;  // By its beginning.
  std::size_t size_ = 0;
};

}  // namespace sesame::engagement
