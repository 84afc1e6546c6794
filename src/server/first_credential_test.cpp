#include "server/first_credential.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error_text.hpp"
#include "server/errors.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::server {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

accounts::KeyPair credential() { return {"AKIDfirst", Secret("key-of-the-first")}; }

TEST(FirstCredential, is_a_file_that_a_shell_reads) {
  const testkit::TempDir folder;
  Settings::Sources sources;
  sources.flags["data_dir"] = folder.path().string();
  const std::string path = first_credential_path(Settings::load(sources).value());
  EXPECT_EQ(path, folder.file("first-credential"));
  ASSERT_TRUE(write_first_credential(path, credential()));
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(text, EndsWith("\nexport TENCENTCLOUD_SECRET_ID=AKIDfirst\n"
                             "export TENCENTCLOUD_SECRET_KEY=key-of-the-first\n"));
}

TEST(FirstCredential, is_read_as_it_was_written) {
  const testkit::TempDir folder;
  const std::string path = folder.file("first-credential");
  EXPECT_FALSE(read_first_credential(path));
  ASSERT_TRUE(write_first_credential(path, credential()));
  const auto read = read_first_credential(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->secret_id, "AKIDfirst");
  EXPECT_EQ(read->secret_key.reveal(), "key-of-the-first");
}

TEST(FirstCredential, half_a_file_is_none) {
  const testkit::TempDir folder;
  const std::string path = folder.file("first-credential");
  for (const char* text :
       {"", "\n", "export TENCENTCLOUD_SECRET_ID=AKIDfirst\n",
        "export TENCENTCLOUD_SECRET_ID=\nexport TENCENTCLOUD_SECRET_KEY=key\n",
        "export TENCENTCLOUD_SECRET_ID=a b\nexport TENCENTCLOUD_SECRET_KEY=key\n", "nonsense"}) {
    std::ofstream(path, std::ios::trunc) << text;
    EXPECT_FALSE(read_first_credential(path)) << text;
  }
}

TEST(FirstCredential, that_cannot_be_written_is_an_error_with_a_way_out) {
  const testkit::TempDir folder;
  const std::string path = folder.file("none/first-credential");
  const Status written = write_first_credential(path, credential());
  ASSERT_FALSE(written);
  EXPECT_TRUE(written.error().is(errors::kCredentialFile));
  const std::string text = declared_text(written.error());
  EXPECT_THAT(text, HasSubstr(path));
  EXPECT_THAT(text, HasSubstr("--print-secrets"));
}

}  // namespace
}  // namespace sesame::server
