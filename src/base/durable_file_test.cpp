#include "base/durable_file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "testkit/temp_dir.hpp"

namespace sesame {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat about {};
  EXPECT_EQ(::stat(path.c_str(), &about), 0);
  return about.st_mode & 0777;
}

TEST(DurableFile, is_its_owners_alone_and_leaves_no_draft) {
  const testkit::TempDir folder;
  const std::filesystem::path path = folder.path() / "secret";
  ASSERT_FALSE(write_private_file(path.string(), "one\n"));
  EXPECT_EQ(content_of(path), "one\n");
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(DurableFile, replaces_a_file_and_its_mode) {
  const testkit::TempDir folder;
  const std::string path = folder.write("secret", "an older and longer content");
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  ASSERT_FALSE(write_private_file(path, ""));
  EXPECT_EQ(content_of(path), "");
  EXPECT_EQ(mode_of(path), 0600U);
}

TEST(DurableFile, says_why_it_cannot_be_written) {
  const testkit::TempDir folder;
  EXPECT_EQ(write_private_file((folder.path() / "none" / "secret").string(), "x"),
            std::errc::no_such_file_or_directory);
  const std::filesystem::path taken = folder.path() / "taken";
  std::filesystem::create_directory(taken);
  EXPECT_EQ(write_private_file(taken.string(), "x"), std::errc::is_a_directory);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "a draft is left";
  EXPECT_EQ(sync_path((folder.path() / "none").string()), std::errc::no_such_file_or_directory);
  EXPECT_FALSE(sync_path(folder.path().string()));
}

TEST(DurableFile, of_root_belongs_to_the_owner_of_its_folder) {
  const testkit::TempDir folder;
  const std::string path = folder.write("database", "x");
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(folder.path().c_str(), 65534, 65534), 0);
  }
  EXPECT_FALSE(give_to_owner_of_folder(path));
  struct stat file {
  }, parent{};
  ASSERT_EQ(::stat(path.c_str(), &file), 0);
  ASSERT_EQ(::stat(folder.path().c_str(), &parent), 0);
  EXPECT_EQ(file.st_uid, parent.st_uid);
  EXPECT_EQ(file.st_gid, parent.st_gid);
}

}  // namespace
}  // namespace sesame
