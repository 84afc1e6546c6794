// Uploads without their HTTP: what accepting and merging 20,000 recipients costs in groups of growing size.
//
//   upload_bench [RECIPIENTS=1000000] [FOLDER=.]
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "audience/groups.hpp"
#include "audience/uploads.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "people.hpp"
#include "storage/sqlite_database.hpp"

using namespace sesame;

namespace {

constexpr std::size_t kBatch = 20'000;

double seconds() {
  static const SystemClock clock;
  return std::chrono::duration<double>(clock.steady_now().time_since_epoch()).count();
}
/// CPU seconds of the calling thread: unlike seconds() they do not count the time that other programs used.
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto seconds_of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}
double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}
double bytes_under(const std::string& path) {
  double bytes = 0;
  for (const char* suffix : {"", "-wal"}) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(path + suffix, missing);
    if (!missing) bytes += static_cast<double>(size);
  }
  return bytes;
}

void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "upload_bench: %s failed\n", what);
  std::exit(1);
}

struct Spent {
  double prepare = 0, accept = 0, merge = 0, wall = 0, worst_accept = 0, worst_merge = 0;
  std::size_t batches = 0;

  void print(std::size_t in_group) const {
    const double n = static_cast<double>(batches);
    std::printf("%10zu  %8.2f  %8.2f  %8.2f  %8.2f  %8.2f  %8.2f  %12.0f\n", in_group, prepare / n * 1e3,
                accept / n * 1e3, worst_accept * 1e3, merge / n * 1e3, worst_merge * 1e3, wall / n * 1e3,
                n * kBatch / wall);
  }
};

class Bench {
 public:
  explicit Bench(const std::string& folder) : path_(folder + "/upload_bench.db") {
    for (const char* suffix : {"", "-wal", "-shm", ".lock"}) std::filesystem::remove(path_ + suffix);
    database_ = storage::open_sqlite({.path = path_}, clock_);
    auto uploads = audience::Uploads::open(*database_, clock_, random_, {.recipients_per_group = 0});
    require(uploads.ok(), "open");
    uploads_ = std::move(*uploads);
    auto group = database_->change<std::int64_t>(storage::Priority::interactive, [&](storage::Writer& w) {
      return audience::create_group(w, scope_, {.name = "bench"}, clock_.now_ms());
    });
    require(group.ok(), "create_group");
    group_ = *group;
  }
  ~Bench() {
    database_.reset();
    for (const char* suffix : {"", "-wal", "-shm", ".lock"}) std::filesystem::remove(path_ + suffix);
  }

  void upload(const std::vector<std::string>& addresses, Spent& spent) {
    const double start = seconds();
    const double prepare_from = cpu_seconds();
    const std::vector<std::string_view> views(addresses.begin(), addresses.end());
    auto prepared = audience::prepare_upload(uploads_->rules(), views, clock_.now_ms());
    require(prepared.ok(), "prepare_upload");
    spent.prepare += cpu_seconds() - prepare_from;
    const Status accepted =
        database_->write_and_wait(storage::Priority::bulk, [&](storage::Writer& w) -> Status {
          const double from = cpu_seconds();
          auto counts = uploads_->accept(w, scope_, group_, *prepared);
          require(counts && counts->valid == addresses.size(), "accept");
          note(cpu_seconds() - from, spent.accept, spent.worst_accept);
          return Done{};
        });
    require(accepted.ok(), "commit");
    while (merge(spent)) continue;
    spent.wall += seconds() - start;
    ++spent.batches;
  }
  bool merge(Spent& spent) {
    auto more = database_->change<bool>(storage::Priority::bulk, [&](storage::Writer& w) -> Result<bool> {
      const double from = cpu_seconds();
      Result<bool> left = uploads_->merge_some(w);
      note(cpu_seconds() - from, spent.merge, spent.worst_merge);
      return left;
    });
    require(more.ok(), "merge_some");
    return *more;
  }
  double close_and_measure() {
    database_.reset();
    return bytes_under(path_);
  }

 private:
  static void note(double took, double& sum, double& worst) {
    sum += took;
    worst = std::max(worst, took);
  }

  std::string path_;
  SystemClock clock_;
  SystemRandom random_;
  const accounts::Scope scope_{1, "bench"};
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<audience::Uploads> uploads_;
  std::int64_t group_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t recipients = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const std::string folder = argc > 2 ? argv[2] : ".";
  std::printf(
      "CPU ms per batch of %zu (worst: one job; accept and merge: the writer's thread), wall with commit and "
      "sync\n",
      kBatch);
  std::printf("%10s  %8s  %8s  %8s  %8s  %8s  %8s  %12s\n", "in group", "prepare", "accept", "worst", "merge",
              "worst", "wall", "recipients/s");
  double bytes_each = 0;
  {
    Bench uploads(folder);
    bench::People people;
    Spent spent;
    std::size_t next = kBatch;
    for (std::size_t done = kBatch; done <= recipients; done += kBatch) {
      std::vector<std::string> rows(kBatch);
      for (std::string& row : rows) row = people.next();
      uploads.upload(rows, spent);
      if (done < next && done + kBatch <= recipients) continue;
      spent.print(done);
      spent = {};
      next = done < 100'000 ? 100'000 : done * 2;
    }
    bytes_each = uploads.close_and_measure() / static_cast<double>(recipients);
    std::printf("bytes on disk per recipient: %.1f   peak memory: %.0f MiB\n", bytes_each, peak_mib());
  }
}
