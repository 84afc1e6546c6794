#pragma once

namespace sesame {

/// Names the calling thread for top, perf and debuggers: at most 15 characters (Linux, pthread_setname_np).
void name_this_thread(const char* name);

}  // namespace sesame
