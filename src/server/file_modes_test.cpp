#include "server/file_modes.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "testkit/temp_dir.hpp"

namespace sesame::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FileModesTest : public testing::Test {
 protected:
  std::string file(std::string_view name, mode_t mode, std::string_view content = "x") {
    const std::string path = folder_.write(name, content);
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  std::vector<std::string> exposed(const std::string& settings_file = "") {
    Settings::Sources sources;
    sources.flags["data_dir"] = folder_.path().string();
    sources.environment = [](const std::string&) { return std::nullopt; };
    sources.file = settings_file;
    const Result<Settings> settings = Settings::load(sources);
    EXPECT_TRUE(settings);
    std::vector<std::string> paths;
    for (const ExposedFile& each : exposed_files(*settings)) paths.push_back(each.path);
    return paths;
  }

  testkit::TempDir folder_;
  static constexpr std::string_view kSecret = "[delivery]\nrelay_password = 'hush'\n";
};

TEST_F(FileModesTest, the_database_is_its_owners_alone) {
  EXPECT_THAT(exposed(), IsEmpty()) << "nothing is there yet";
  const std::string database = file("sesame.db", 0600), log = file("sesame.db-wal", 0600);
  EXPECT_THAT(exposed(), IsEmpty());
  ::chmod(database.c_str(), 0640);
  EXPECT_THAT(exposed(), ElementsAre(database));
  ::chmod(log.c_str(), 0604);
  EXPECT_THAT(exposed(), ElementsAre(database, log));
}

TEST_F(FileModesTest, settings_with_secrets_are_not_everybodys) {
  const std::string secret = file("sesame.toml", 0600, kSecret);
  EXPECT_THAT(exposed(secret), IsEmpty());
  ::chmod(secret.c_str(), 0640);
  EXPECT_THAT(exposed(secret), IsEmpty()) << "the group is that of the program";
  for (const mode_t mode : {0644U, 0604U, 0660U, 0666U}) {
    ::chmod(secret.c_str(), mode);
    EXPECT_THAT(exposed(secret), ElementsAre(secret)) << mode;
  }
  EXPECT_THAT(exposed(file("plain.toml", 0644, "[log]\nlevel = 'error'\n")), IsEmpty());
}

}  // namespace
}  // namespace sesame::server
