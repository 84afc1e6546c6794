#include "storage/backup.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/error_text.hpp"
#include "storage/errors.hpp"
#include "storage/migrations.hpp"
#include "testkit/eventually.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/temp_database.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Sql kCreate{"test.create", "CREATE TABLE note (id INTEGER PRIMARY KEY, bytes BLOB)"};
constexpr Sql kAdd{"test.add", "INSERT INTO note (id, bytes) VALUES (?1, randomblob(5000))"};
constexpr Sql kCount{"test.count", "SELECT count(*), CAST(coalesce(max(id), 0) AS bigint) FROM note"};
constexpr Sql kTables{"test.tables", "SELECT count(*) FROM sqlite_schema WHERE name = 'backup_note'"};
constexpr Sql kLater{"test.later",
                     "INSERT INTO schema_version (version, name, applied_ms) VALUES (9999, 'x', 0)"};

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class BackupTest : public testing::Test {
 protected:
  BackupTest() {
    database_.change([](Writer& writer) {
      writer.run(kCreate);
      for (int id = 1; id <= kRows; ++id) writer.run(kAdd, id);
    });
  }

  Result<BackupNote> back_up(bool replace = false, const CopyProgress& progress = kGoOn) {
    return storage::back_up(
        {.database = database_.path(), .file = file_, .program = "1.2.3", .replace = replace}, clock_,
        progress);
  }
  Error refusal_over(const std::string& file) {
    return storage::back_up(
               {.database = database_.path(), .file = file, .replace = true, .kept = {file_ + ".key"}},
               clock_, kGoOn)
        .error();
  }
  Result<BackupNote> restore(const std::string& file, const CopyProgress& progress = kGoOn) {
    return storage::restore({.file = file,
                             .database = target_,
                             .prepare = [this](const BackupNote&) -> Status {
                               ++prepared_;
                               EXPECT_FALSE(std::filesystem::exists(target_));
                               if (unprepared_ != nullptr) return Error(*unprepared_);
                               return Done{};
                             }},
                            progress);
  }
  /// The rows of a restored database and its greatest id.
  std::pair<std::int64_t, std::int64_t> restored() {
    SqliteOptions options;
    options.path = target_;
    const SystemClock clock;
    const auto database = open_sqlite(options, clock);
    std::pair<std::int64_t, std::int64_t> found;
    EXPECT_TRUE(database->read_and_wait([&](Reader& reader) -> Status {
      const auto row = reader.query(kCount);
      row->next();
      found.first = row->next_integer();
      found.second = row->next_integer();
      const auto note = reader.query(kTables);
      note->next();
      EXPECT_EQ(note->next_integer(), 0) << "the note is in the database";
      return Done{};
    }));
    return found;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }

  static constexpr int kRows = 400;  // Two mebibytes.
  static inline const CopyProgress kGoOn = [](std::uint64_t, std::uint64_t) { return true; };
  testkit::TempDatabase database_;
  testkit::TempDir folder_;
  testkit::ManualClock clock_;
  const std::string file_ = folder_.file("backup");
  const std::string target_ = folder_.file("target.db");
  int prepared_ = 0;
  const ErrorName* unprepared_ = nullptr;
};

TEST_F(BackupTest, is_one_private_file_with_what_was_committed) {
  const Result<BackupNote> note = back_up();
  ASSERT_TRUE(note) << declared_text(note.error());
  EXPECT_EQ(note->made_ms, clock_.now_ms());
  EXPECT_EQ(note->program, "1.2.3");
  EXPECT_EQ(note->schema_version, embedded_migrations().back().version);
  EXPECT_EQ(note->bytes, std::filesystem::file_size(file_));
  EXPECT_THAT(files(), ElementsAre("backup"));
  struct stat about {};
  ASSERT_EQ(::stat(file_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  const Result<BackupNote> found = restore(file_);
  ASSERT_TRUE(found) << declared_text(found.error());
  EXPECT_EQ(found->made_ms, note->made_ms);
  EXPECT_EQ(found->database, database_.path());
  EXPECT_EQ(prepared_, 1);
  EXPECT_EQ(restored(), std::pair(std::int64_t{kRows}, std::int64_t{kRows}));
}

TEST_F(BackupTest, is_of_one_moment_while_the_database_is_written) {
  std::atomic<bool> ends = false;
  std::atomic<std::int64_t> answered = kRows;
  std::thread writer([&] {
    for (std::int64_t id = kRows + 1; !ends; ++id) {
      database_.change([id](Writer& to) { to.run(kAdd, id); });
      answered = id;
    }
  });
  EXPECT_TRUE(testkit::eventually([&] { return answered > kRows + 3; }));
  const std::int64_t before = answered;
  bool waited = false;
  const Result<BackupNote> note = back_up(false, [&](std::uint64_t, std::uint64_t) {
    // The database changes in the middle of the copy.
    const std::int64_t now = answered;
    if (!waited) waited = testkit::eventually([&] { return answered > now + 3; });
    return true;
  });
  const std::int64_t after = answered + 1;
  ends = true;
  writer.join();
  ASSERT_TRUE(note) << declared_text(note.error());
  ASSERT_TRUE(restore(file_));
  const auto [rows, last] = restored();
  EXPECT_EQ(rows, last) << "a row is missing between others";
  EXPECT_GE(rows, before);
  EXPECT_LE(rows, after);
}

TEST_F(BackupTest, replaces_a_file_only_when_told) {
  std::ofstream(file_) << "mine";
  Result<BackupNote> note = back_up();
  ASSERT_FALSE(note);
  EXPECT_TRUE(note.error().is(errors::kBackupExists));
  EXPECT_TRUE(content_of(file_) == "mine");
  EXPECT_FALSE(back_up(true, [](std::uint64_t, std::uint64_t) { return false; }));
  EXPECT_TRUE(content_of(file_) == "mine") << "it is replaced before the backup is whole";
  ASSERT_TRUE(back_up(true));
  EXPECT_TRUE(restore(file_));
}

TEST_F(BackupTest, does_not_replace_a_file_that_came_meanwhile) {
  const Result<BackupNote> note = back_up(false, [&](std::uint64_t, std::uint64_t) {
    std::ofstream(file_) << "mine";
    return true;
  });
  ASSERT_FALSE(note);
  EXPECT_TRUE(note.error().is(errors::kBackupExists));
  EXPECT_THAT(files(), ElementsAre("backup"));
  EXPECT_TRUE(content_of(file_) == "mine");
}

TEST_F(BackupTest, that_is_stopped_leaves_nothing) {
  const Result<BackupNote> note = back_up(false, [](std::uint64_t, std::uint64_t) { return false; });
  ASSERT_FALSE(note);
  EXPECT_TRUE(note.error().is(errors::kCopyStopped));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(BackupTest, takes_the_place_of_what_a_killed_one_left) {
  std::ofstream(file_ + ".partial") << std::string(1 << 20, 'x');
  ASSERT_TRUE(back_up());
  EXPECT_THAT(files(), ElementsAre("backup"));
  EXPECT_TRUE(restore(file_));
}

TEST_F(BackupTest, does_not_meddle_with_another_one) {
  const int other = ::open((file_ + ".partial").c_str(), O_RDWR | O_CREAT, 0600);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  ASSERT_EQ(::write(other, "half", 4), 4);
  const Result<BackupNote> note = back_up();
  ASSERT_FALSE(note);
  EXPECT_TRUE(note.error().is(errors::kBackupUnderWay));
  EXPECT_EQ(content_of(file_ + ".partial"), "half");
  ::close(other);
}

TEST_F(BackupTest, names_what_it_cannot_read_or_write) {
  const Result<BackupNote> nowhere = storage::back_up(
      {.database = database_.path(), .file = folder_.file("none/backup"), .program = "1"}, clock_, kGoOn);
  ASSERT_FALSE(nowhere);
  EXPECT_TRUE(nowhere.error().is(errors::kBackupWrite));
  EXPECT_THAT(declared_text(nowhere.error()), HasSubstr("none/backup: No such file"));
  const std::string text = folder_.write("text", std::string(5000, 'x'));
  for (const std::string& source : {folder_.file("none"), text}) {
    const Result<BackupNote> note =
        storage::back_up({.database = source, .file = file_, .program = "1"}, clock_, kGoOn);
    ASSERT_FALSE(note) << source;
    EXPECT_TRUE(note.error().is(errors::kBackupSource));
    EXPECT_THAT(declared_text(note.error()), HasSubstr(source));
  }
  EXPECT_THAT(files(), ElementsAre("text"));
}

TEST_F(BackupTest, is_not_restored_over_a_database) {
  ASSERT_TRUE(back_up());
  for (const std::string suffix : {"", "-wal", "-journal"}) {
    const std::string mine = folder_.write("target.db" + suffix, "mine");
    const Result<BackupNote> note = restore(file_);
    ASSERT_FALSE(note);
    EXPECT_TRUE(note.error().is(errors::kDatabaseExists)) << suffix;
    EXPECT_EQ(content_of(mine), "mine");
    std::filesystem::remove(mine);
  }
  EXPECT_EQ(prepared_, 0);
}

TEST_F(BackupTest, that_is_cut_or_damaged_is_not_restored) {
  ASSERT_TRUE(back_up());
  const std::string whole = content_of(file_);
  std::vector<std::string> damaged;
  for (std::size_t eighth = 0; eighth < 8; ++eighth)
    damaged.push_back(whole.substr(0, whole.size() * eighth / 8));
  damaged.push_back(whole.substr(0, whole.size() - 1));
  constexpr std::size_t kPage = 8192;
  std::string hole = whole;
  hole.replace(whole.size() / 2 / kPage * kPage, 4 * kPage, 4 * kPage, '\0');
  damaged.push_back(hole);
  for (const std::string& content : damaged) {
    const std::string path = folder_.write("damaged", content);
    const Result<BackupNote> note = restore(path);
    ASSERT_FALSE(note) << content.size();
    EXPECT_TRUE(note.error().is(errors::kNotBackup)) << declared_text(note.error());
  }
  EXPECT_EQ(prepared_, 0);
  EXPECT_THAT(files(), ElementsAre("backup", "damaged"));
}

TEST_F(BackupTest, of_a_newer_program_is_not_restored) {
  database_.change([](Writer& writer) { writer.run(kLater); });
  ASSERT_TRUE(back_up());
  const Result<BackupNote> note = restore(file_);
  ASSERT_FALSE(note);
  EXPECT_TRUE(note.error().is(errors::kBackupNewer));
  EXPECT_THAT(declared_text(note.error()), HasSubstr("Sesame 1.2.3"));
}

TEST_F(BackupTest, that_is_not_prepared_or_is_stopped_becomes_no_database) {
  ASSERT_TRUE(back_up());
  unprepared_ = &errors::kFull;
  EXPECT_TRUE(restore(file_).error().is(errors::kFull));
  unprepared_ = nullptr;
  int heard = 0;
  const Result<BackupNote> stopped =
      restore(file_, [&](std::uint64_t, std::uint64_t) { return ++heard < 2; });
  ASSERT_FALSE(stopped);
  EXPECT_TRUE(stopped.error().is(errors::kCopyStopped));
  EXPECT_THAT(files(), ElementsAre("backup"));
}

TEST_F(BackupTest, has_any_name) {
  const std::string odd = folder_.file("b ?a#c%41 \xC3\xA9");
  ASSERT_TRUE(storage::back_up({.database = database_.path(), .file = odd, .program = "1"}, clock_, kGoOn));
  const Result<BackupNote> note = restore(odd);
  EXPECT_TRUE(note) << declared_text(note.error());
}

TEST_F(BackupTest, never_replaces_the_database_or_what_belongs_to_it) {
  std::ofstream(file_ + ".key") << "a key";
  for (const std::string& own : {database_.path(), database_.path() + "-wal", file_ + ".key"})
    EXPECT_TRUE(refusal_over(own).is(errors::kBackupOverSource)) << own;
  EXPECT_EQ(content_of(file_ + ".key"), "a key");
  EXPECT_TRUE(back_up()) << "the database is as it was";
}

}  // namespace
}  // namespace sesame::storage
