// Uploads without their HTTP: what accepting and merging 20,000 recipients costs in groups of growing size,
// beside a bare SQLite program that inserts the same recipients as rows with the same sync.
//
//   upload_bench [RECIPIENTS=1000000] [FOLDER=.] [ROWS FOR SQLITE=as many, at most 1000000]
#include <sqlite3.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "audience/groups.hpp"
#include "audience/uploads.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "storage/sqlite_database.hpp"

using namespace sesame;

namespace {

constexpr std::size_t kBatch = 20'000;
constexpr std::size_t kDomains = 20;

const char* const kFirst[] = {"james", "mary",   "john", "anna",   "wei",    "olga",   "ivan", "maria",
                              "jose",  "fatima", "lars", "ingrid", "pierre", "claire", "luca", "giulia",
                              "hans",  "greta",  "noah", "emma",   "liam",   "olivia", "yuki", "hiroshi",
                              "ahmed", "pedro",  "sven", "elena",  "david",  "sarah"};
const char* const kLast[] = {
    "smith", "johnson", "garcia", "miller",  "martinez", "lopez",  "wilson",   "anderson", "taylor",
    "moore", "martin",  "lee",    "perez",   "white",    "harris", "clark",    "lewis",    "walker",
    "young", "king",    "wright", "nguyen",  "flores",   "zhang",  "wang",     "liu",      "chen",
    "yang",  "ivanov",  "tanaka", "mueller", "rossi",    "silva",  "kowalski", "novak",    "hansen"};

/// Recipients as real lists have them: no two alike, domains by Zipf's law.
class People {
 public:
  People() {
    double sum = 0;
    for (std::size_t i = 0; i < kDomains; ++i) shares_.push_back(sum += 1.0 / static_cast<double>(i + 1));
  }
  std::string next() {
    const double at = std::uniform_real_distribution<>(0, shares_.back())(engine_);
    const std::size_t domain = std::ranges::upper_bound(shares_, at) - shares_.begin();
    const char* const joints[] = {".", "_", ""};
    std::string address = kFirst[engine_() % std::size(kFirst)];
    address.append(joints[engine_() % 3]).append(kLast[engine_() % std::size(kLast)]);
    address.append(std::to_string(number_ += 1 + engine_() % 7));
    return address.append("@mail")
        .append(std::to_string(domain * 7))
        .append(domain % 3 ? ".provider.test" : ".test");
  }

 private:
  std::mt19937_64 engine_{7};
  std::vector<double> shares_;
  std::uint64_t number_ = 0;
};

double seconds() {
  static const SystemClock clock;
  return std::chrono::duration<double>(clock.steady_now().time_since_epoch()).count();
}
/// Of the calling thread: unlike seconds() it does not count what other programs took of the machine
/// meanwhile.
double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
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

/// Rows per second of the plainest program: one table, one transaction a batch.
double bare_sqlite(const std::string& folder, std::size_t recipients, double& bytes_each) {
  const std::string path = folder + "/upload_bench_bare.db";
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  sqlite3* handle = nullptr;
  require(sqlite3_open(path.c_str(), &handle) == SQLITE_OK, "sqlite3_open");
  const char* setup =
      "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "CREATE TABLE r (g INTEGER, address TEXT, status INTEGER, created INTEGER, PRIMARY KEY (g, address)) "
      "WITHOUT ROWID";
  require(sqlite3_exec(handle, setup, nullptr, nullptr, nullptr) == SQLITE_OK, "setup");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(handle, "INSERT OR IGNORE INTO r VALUES (1, ?1, 1, 1796083200)", -1, &insert, nullptr);
  People people;
  double spent = 0;
  for (std::size_t done = 0; done < recipients; done += kBatch) {
    std::vector<std::string> rows(kBatch);
    for (std::string& row : rows) row = people.next();
    const double start = seconds();
    sqlite3_exec(handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    for (const std::string& row : rows) {
      sqlite3_bind_text(insert, 1, row.data(), static_cast<int>(row.size()), SQLITE_STATIC);
      require(sqlite3_step(insert) == SQLITE_DONE, "insert");
      sqlite3_reset(insert);
    }
    require(sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK, "COMMIT");
    spent += seconds() - start;
  }
  sqlite3_finalize(insert);
  sqlite3_close(handle);
  bytes_each = bytes_under(path) / static_cast<double>(recipients);
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  return static_cast<double>(recipients) / spent;
}

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
    Bench bench(folder);
    People people;
    Spent spent, total;
    std::size_t next = kBatch;
    for (std::size_t done = kBatch; done <= recipients; done += kBatch) {
      std::vector<std::string> rows(kBatch);
      for (std::string& row : rows) row = people.next();
      bench.upload(rows, spent);
      if (done < next && done + kBatch <= recipients) continue;
      spent.print(done);
      spent = {};
      next = done < 100'000 ? 100'000 : done * 2;
    }
    bytes_each = bench.close_and_measure() / static_cast<double>(recipients);
    std::printf("bytes on disk per recipient: %.1f   peak memory: %.0f MiB\n", bytes_each, peak_mib());
  }
  const std::size_t rows =
      argc > 3 ? std::strtoull(argv[3], nullptr, 10) : std::min<std::size_t>(recipients, 1'000'000);
  if (rows == 0) return 0;
  double bare_bytes = 0;
  const double bare = bare_sqlite(folder, rows, bare_bytes);
  std::printf("bare SQLite: %.0f rows/s, %.1f bytes each\n", bare, bare_bytes);
}
