// The plainest program that stores recipients: one SQLite table, a row each, one transaction a batch, with
// the same sync as Sesame's. The baseline of the upload and disk figures.
//
//   bare_rows [RECIPIENTS=1000000] [FOLDER=.]       prints one line of JSON
#include <sqlite3.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "people.hpp"

using namespace sesame;

namespace {

constexpr std::size_t kBatch = 20'000;

void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "bare_rows: %s failed\n", what);
  std::exit(1);
}

double seconds() {
  static const SystemClock clock;
  return std::chrono::duration<double>(clock.steady_now().time_since_epoch()).count();
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds_of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

struct Spent {
  double wall = 0;
  double cpu = 0;
};

void run(sqlite3* handle, const char* sql) {
  require(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
}

/// Seconds of inserting; making the addresses is not counted.
Spent insert_rows(sqlite3* handle, std::size_t recipients) {
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(handle, "INSERT OR IGNORE INTO r VALUES (1, ?1, 1, 1796083200)", -1, &insert, nullptr);
  bench::People people;
  Spent spent;
  for (std::size_t done = 0; done < recipients; done += kBatch) {
    std::vector<std::string> rows(std::min(kBatch, recipients - done));
    for (std::string& row : rows) row = people.next();
    const double start = seconds(), cpu_start = cpu_seconds();
    run(handle, "BEGIN IMMEDIATE");
    for (const std::string& row : rows) {
      sqlite3_bind_text(insert, 1, row.data(), static_cast<int>(row.size()), SQLITE_STATIC);
      require(sqlite3_step(insert) == SQLITE_DONE, "insert");
      sqlite3_reset(insert);
    }
    run(handle, "COMMIT");
    spent.wall += seconds() - start;
    spent.cpu += cpu_seconds() - cpu_start;
  }
  sqlite3_finalize(insert);
  return spent;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t recipients = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const std::string path = std::string(argc > 2 ? argv[2] : ".") + "/bare_rows.db";
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  sqlite3* handle = nullptr;
  require(sqlite3_open(path.c_str(), &handle) == SQLITE_OK, "sqlite3_open");
  run(handle,
      "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "CREATE TABLE r (g INTEGER, address TEXT, status INTEGER, created INTEGER, PRIMARY KEY (g, address)) "
      "WITHOUT ROWID");
  const Spent spent = insert_rows(handle, recipients);
  sqlite3_close(handle);  // Also moves what is in the WAL into the file and removes it.
  const double bytes = static_cast<double>(std::filesystem::file_size(path));
  std::filesystem::remove(path);
  const double rows = static_cast<double>(recipients);
  std::printf("{\"rows_per_s\": %.0f, \"rows_per_cpu_s\": %.0f, \"bytes_each\": %.1f}\n", rows / spent.wall,
              rows / spent.cpu, bytes / rows);
}
