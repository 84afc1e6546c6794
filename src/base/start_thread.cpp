#include "base/start_thread.hpp"

#include <cstdio>
#include <cstdlib>

namespace sesame {

void end_without_thread(const std::system_error& failure) {
  std::fprintf(stderr,
               "sesame: the system gives no further thread (%s); raise the limit of processes (ulimit -u, "
               "TasksMax of systemd) or of memory (ulimit -v, ulimit -s, MemoryMax), or lower http.threads\n",
               failure.code().message().c_str());
  std::_Exit(EXIT_FAILURE);
}

}  // namespace sesame
