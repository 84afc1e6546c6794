#include "storage/watch.hpp"

#include <cassert>

#include "base/log.hpp"

namespace sesame::storage {
namespace {

const std::vector<double> kJobBounds{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
const std::vector<double> kSecondsBounds{0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3};

double seconds(Watch::Duration spent) { return std::chrono::duration<double>(spent).count(); }

const char* kind_name(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::full:
      return "full";
    case Failure::Kind::io:
      return "io";
    case Failure::Kind::corrupt:
      return "corrupt";
    case Failure::Kind::other:
      return "other";
  }
  return "other";
}

}  // namespace

Watch::Watch()
    : jobs_(counter("sesame_storage_jobs_total", "Write jobs that were committed or failed by themselves.")),
      jobs_per_commit_(
          histogram("sesame_storage_jobs_per_commit", "Write jobs that shared one sync.", kJobBounds)),
      commit_seconds_(
          histogram("sesame_storage_commit_seconds", "Time of a commit with its sync.", kSecondsBounds)),
      checkpoint_seconds_(histogram("sesame_storage_checkpoint_seconds",
                                    "Time to fold the write-ahead log into the database.", kSecondsBounds)),
      overloaded_(
          counter("sesame_storage_overloaded_total", "Jobs refused because a queue was at its bound.")),
      sync_lost_(gauge("sesame_storage_sync_lost",
                       "1 after a failed sync: writes are refused until the program is restarted.")) {
  sync_lost_.set(0);
}

void Watch::committed(std::size_t jobs, Duration spent) {
  jobs_.add(static_cast<double>(jobs));
  jobs_per_commit_.observe(static_cast<double>(jobs));
  commit_seconds_.observe(seconds(spent));
  if (troubles_.load(std::memory_order_relaxed) != 0 && troubles_.exchange(0) != 0)
    log_info("storage.recovered");
}

void Watch::failed(const Failure& failure) {
  counter("sesame_storage_failures_total", "Failures of the database.", {{"kind", kind_name(failure.kind())}})
      .add();
  if (failure.durability_unknown()) {
    sync_lost_.set(1);
    log_error("storage.sync_failed",
              {{"cause", failure.what()}, {"writes", "refused until the program is restarted"}});
    return;
  }
  const unsigned bit = 1U << static_cast<unsigned>(failure.kind());
  const bool of_the_disk = failure.kind() != Failure::Kind::other;
  if (of_the_disk && (troubles_.fetch_or(bit) & bit) != 0) return;
  log_error(failure.error().reason(), {{"kind", kind_name(failure.kind())}, {"cause", failure.what()}});
}

void Watch::slow_query(std::string_view name, std::chrono::milliseconds spent) {
  counter("sesame_storage_slow_queries_total", "Statements over the slow-query bound.",
          {{"query", std::string(name)}})
      .add();
  log_warning("storage.slow_query", {{"query", name}, {"ms", spent.count()}});
}

void Watch::mended_text(std::string_view name) {
  log_error("storage.text_mended", {{"query", name}});
  assert(!"text that is stored must be valid UTF-8 without NUL: see the log for the statement's name");
}

void Watch::checkpointed(std::size_t log_bytes, Duration spent, bool complete) {
  checkpoint_seconds_.observe(seconds(spent));
  log_debug("storage.checkpoint",
            {{"log_bytes", log_bytes},
             {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(spent).count()},
             {"complete", complete}});
}

}  // namespace sesame::storage
