#include "testkit/temp_database.hpp"

#include <cstdlib>
#include <filesystem>

namespace sesame::testkit {
namespace {

// Containers often have only 64 MiB of /dev/shm: too little for a test that writes much.
constexpr std::uintmax_t kMinBytesInMemory = 1ULL << 30;

std::filesystem::path parent_folder() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code missing;
  const auto space = std::filesystem::space(memory, missing);
  return !missing && space.available >= kMinBytesInMemory ? memory : std::filesystem::temp_directory_path();
}

std::string make_folder() {
  std::string pattern = (parent_folder() / "sesame-database-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed: " + pattern);
  return pattern;
}

// The schema is the same for every test: its steps run once a process, and each database begins as a copy of
// the file that they leave.
class MigratedFile {
 public:
  MigratedFile() : folder_(make_folder()) {
    storage::SqliteOptions options;
    options.path = path();
    const SystemClock clock;
    storage::open_sqlite(options, clock)->close();
  }
  ~MigratedFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  MigratedFile(const MigratedFile&) = delete;
  MigratedFile& operator=(const MigratedFile&) = delete;

  std::string path() const { return folder_ + "/sesame.db"; }

 private:
  std::string folder_;
};

void copy_migrated_file(const std::string& path) {
  static const MigratedFile once;
  std::filesystem::copy_file(once.path(), path);
}

}  // namespace

TempDatabase::TempDatabase() : TempDatabase(storage::SqliteOptions{}) {}

TempDatabase::TempDatabase(storage::SqliteOptions options)
    : folder_(make_folder()), options_(std::move(options)) {
  options_.path = folder_ + "/sesame.db";
  options_.run_jobs_twice = options_.run_jobs_twice || storage::test_runs_jobs_twice();
  copy_migrated_file(options_.path);
  reopen();
}

TempDatabase::~TempDatabase() {
  database_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void TempDatabase::reopen() {
  database_.reset();
  database_ = storage::open_sqlite(options_, clock_);
}

}  // namespace sesame::testkit
