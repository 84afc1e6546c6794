#pragma once

#include <cstdint>

#include "storage/database.hpp"

namespace sesame::campaigns {

/// The numbers of what stays in the sandbox for good.
struct KeptInSandbox {
  std::int64_t tasks = 0;  // Planned, paused or under way, those with nothing but deferred mail included.
  std::int64_t mails = 0;  // Single mails that wait.
};

/// Stores in which delivery mode the program runs. When it ran in the sandbox before and no longer does, the
/// unfinished tasks and the waiting single mails that were ordered since it did are marked: the people who
/// ordered them knew that no mail leaves. A recurring task that is marked stays so in all its runs. Tasks
/// from before the mode was stored count as ordered in the sandbox that followed.
/// Called before any mail is handed out. Job: write.
KeptInSandbox enter_mode(storage::Writer& writer, bool sandbox, std::int64_t now_ms);

}  // namespace sesame::campaigns
