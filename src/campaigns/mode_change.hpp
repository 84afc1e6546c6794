#pragma once

#include <cstdint>

#include "storage/database.hpp"

namespace sesame::campaigns {

/// The numbers of what stays in the sandbox for good.
struct KeptInSandbox {
  std::int64_t tasks = 0;  // Planned, paused or under way, those with nothing but deferred mail included.
  std::int64_t mails = 0;  // With a row of their own: single mails, and those deferred.
};

/// Stores in which delivery mode the program runs. When it ran in the sandbox before and no longer does, the
/// unfinished tasks and the waiting mails are marked: they were ordered by somebody who knew that no mail
/// leaves. Data whose last mode is not known, from before it was stored, is left as it is. Before any mail is
/// handed out. Job: write.
KeptInSandbox enter_mode(storage::Writer& writer, bool sandbox);

}  // namespace sesame::campaigns
