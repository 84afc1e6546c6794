#include "accounts/accounts.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "accounts/errors.hpp"
#include "base/error_text.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::accounts {
namespace {

class SecretBoxTest : public testing::Test {
 protected:
  Result<SecretBox> open() { return SecretBox::open(folder_.path(), random_); }

  testkit::TempDir folder_;
  testkit::SeededRandom random_;
};

TEST_F(SecretBoxTest, opens_what_it_sealed_also_after_a_restart) {
  auto box = open();
  ASSERT_TRUE(box);
  const std::string sealed = box->seal("the key", "credential:A");
  EXPECT_EQ(sealed.find("the key"), std::string::npos);
  EXPECT_EQ(sealed.size(), 7u + 40u);
  auto again = open();
  ASSERT_TRUE(again);
  EXPECT_EQ(*again->open_sealed(sealed, "credential:A"), "the key");
}

TEST_F(SecretBoxTest, seals_the_same_secret_differently_each_time) {
  auto box = open();
  ASSERT_TRUE(box);
  EXPECT_NE(box->seal("same", "c"), box->seal("same", "c"));
  EXPECT_EQ(*box->open_sealed(box->seal("", "c"), "c"), "");
}

TEST_F(SecretBoxTest, refuses_what_was_altered_moved_or_cut) {
  auto box = open();
  ASSERT_TRUE(box);
  const std::string sealed = box->seal("the key", "credential:A");
  EXPECT_EQ(box->open_sealed(sealed, "credential:B").error().reason(), "secrets.not_ours");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(box->open_sealed(altered, "credential:A")) << i;
    EXPECT_FALSE(box->open_sealed(sealed.substr(0, i), "credential:A")) << i;
  }
}

TEST_F(SecretBoxTest, keeps_its_key_in_a_file_for_its_owner_alone) {
  ASSERT_TRUE(open());
  struct stat about {};
  ASSERT_EQ(::stat(folder_.file("master.key").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  EXPECT_EQ(about.st_size, 32);
  ::chmod(folder_.file("master.key").c_str(), 0644);
  EXPECT_EQ(open().error().reason(), "secrets.key_unreadable");
}

TEST_F(SecretBoxTest, refuses_a_damaged_key_instead_of_making_a_new_one) {
  const std::string file = folder_.write("master.key", "short");
  ::chmod(file.c_str(), 0600);
  EXPECT_EQ(open().error().reason(), "secrets.key_damaged");
}

TEST_F(SecretBoxTest, says_when_the_folder_cannot_be_used) {
  EXPECT_EQ(SecretBox::open(folder_.path() / "absent", random_).error().reason(), "secrets.key_unreadable");
}

TEST_F(SecretBoxTest, never_makes_a_key_beside_an_existing_database) {
  const std::filesystem::path database = folder_.write("sesame.db", "rows");
  const auto refused = SecretBox::open(folder_.path(), random_, database);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason(), "secrets.key_missing");
  const std::string said = declared_text(refused.error());
  EXPECT_NE(said.find(database.string()), std::string::npos) << said;
  EXPECT_NE(said.find("master.key"), std::string::npos) << said;
  EXPECT_FALSE(std::filesystem::exists(folder_.file("master.key")));
  // Without rows there are no secrets yet: the program died before it made its tables.
  folder_.write("sesame.db", "");
  EXPECT_TRUE(SecretBox::open(folder_.path(), random_, database));
  folder_.write("sesame.db", "rows");
  EXPECT_TRUE(SecretBox::open(folder_.path(), random_, database)) << "now the key is there";
}

TEST_F(SecretBoxTest, of_many_that_make_the_key_all_get_the_first_ones) {
  constexpr int kMakers = 8;
  std::vector<std::string> derived(kMakers);
  std::vector<std::thread> makers;
  for (int i = 0; i < kMakers; ++i) {
    makers.emplace_back([this, i, &derived] {
      testkit::SeededRandom random(static_cast<std::uint64_t>(i + 1));
      const auto box = SecretBox::open(folder_.path(), random);
      if (!box) return;
      const SecretBox::DerivedKey key = box->derive_key("test");
      derived[static_cast<std::size_t>(i)].assign(key.begin(), key.end());
    });
  }
  for (std::thread& maker : makers) maker.join();
  for (const std::string& each : derived) {
    EXPECT_EQ(each.size(), 32u);
    EXPECT_EQ(each, derived.front());
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1) << "drafts are left";
}

class AccountsTest : public testing::Test {
 protected:
  AccountsTest() : box_(SecretBox::open(folder_.path(), random_).value()) {}

  Result<std::optional<FirstCredential>> ensure(std::optional<KeyPair> given = std::nullopt) {
    return ensure_first_credential(database(), box_, random_, 1000, std::move(given));
  }
  static KeyPair pair(std::string id, std::string key) { return {std::move(id), Secret(std::move(key))}; }
  storage::Database& database() { return *temp_; }

  testkit::TempDir folder_;
  testkit::SeededRandom random_;
  SecretBox box_;
  testkit::TempDatabase temp_;
};

TEST_F(AccountsTest, an_empty_database_gets_one_account_with_a_generated_credential) {
  auto first = ensure();
  ASSERT_TRUE(first && *first);
  EXPECT_TRUE((*first)->generated);
  EXPECT_EQ((*first)->secret_id.substr(0, 4), "AKID");
  EXPECT_EQ((*first)->secret_id.size(), 36u);
  EXPECT_EQ((*first)->secret_key.reveal().size(), 32u);
  Keyring keyring;
  ASSERT_TRUE(load_keyring(database(), box_, keyring));
  const auto credential = keyring.find((*first)->secret_id);
  ASSERT_NE(credential, nullptr);
  EXPECT_EQ(credential->secret_key.reveal(), (*first)->secret_key.reveal());
  EXPECT_EQ(credential->account_id, 1);
  EXPECT_EQ(credential->app_id.size(), 10u);
  EXPECT_TRUE(credential->enabled);
}

TEST_F(AccountsTest, a_given_credential_is_taken_once) {
  auto first = ensure(pair("AKIDgiven", "given-key-of-16+"));
  ASSERT_TRUE(first && *first);
  EXPECT_FALSE((*first)->generated);
  auto second = ensure(pair("AKIDother", "other-key-of-16+"));
  ASSERT_TRUE(second);
  EXPECT_FALSE(*second);
  Keyring keyring;
  ASSERT_TRUE(load_keyring(database(), box_, keyring));
  EXPECT_NE(keyring.find("AKIDgiven"), nullptr);
  EXPECT_EQ(keyring.find("AKIDother"), nullptr);
}

TEST_F(AccountsTest, a_generated_credential_is_kept_before_it_is_stored) {
  std::vector<std::string> kept;
  const auto ensure_kept = [&](std::optional<KeyPair> given, bool works) {
    return ensure_first_credential(database(), box_, random_, 1000, std::move(given),
                                   [&](const KeyPair& made) -> Status {
                                     kept.push_back(made.secret_id);
                                     if (!works) return Error(errors::kUnknown);
                                     return Done{};
                                   });
  };
  const auto accounts = [&] {
    return temp_.look([](storage::Reader& reader) { return list_accounts(reader, 0, 10).total; });
  };
  EXPECT_TRUE(ensure_kept(std::nullopt, false).error().is(errors::kUnknown));
  EXPECT_EQ(accounts(), 0U) << "it was stored, and nobody has it";
  const auto first = ensure_kept(std::nullopt, true);
  ASSERT_TRUE(first && *first);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ((*first)->secret_id, kept.back());
  EXPECT_EQ(accounts(), 1U);
  const auto second = ensure_kept(std::nullopt, true);
  ASSERT_TRUE(second);
  EXPECT_FALSE(*second);
  EXPECT_EQ(kept.size(), 2U) << "the file of the first credential would be replaced";
}

TEST_F(AccountsTest, a_given_credential_is_kept_nowhere) {
  const KeepCredential keep = [](const KeyPair&) -> Status {
    ADD_FAILURE();
    return Done{};
  };
  const auto first =
      ensure_first_credential(database(), box_, random_, 1000, pair("AKIDgiven", "given-key-of-16+"), keep);
  ASSERT_TRUE(first && *first);
  EXPECT_FALSE((*first)->generated);
}

TEST_F(AccountsTest, refuses_a_given_credential_that_no_header_could_carry) {
  for (const std::string id : {"", "with blank", "a/b", "a,b", "\xC3\xA4"}) {
    EXPECT_EQ(ensure(pair(id, std::string(16, 'k'))).error().reason(), "accounts.bad_secret_id") << id;
  }
  EXPECT_EQ(ensure(pair("id", std::string(15, 'k'))).error().reason(), "accounts.bad_secret_key");
  EXPECT_EQ(ensure(pair("id", "")).error().reason(), "accounts.bad_secret_key");
  EXPECT_EQ(ensure(pair("id", std::string(257, 'k'))).error().reason(), "accounts.bad_secret_key");
}

TEST_F(AccountsTest, the_first_account_manages_the_others) {
  ASSERT_TRUE(ensure(pair("one", std::string(16, '1'))));
  const auto add = [&](std::string name) {
    return database().change<Account>(storage::Priority::interactive, [&](storage::Writer& writer) {
      return create_account(writer, random_, name, 2, 2000);
    });
  };
  const auto second = add("second");
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->administers);
  EXPECT_EQ(add("third").error().reason(), "accounts.too_many");
  const auto page = database().get<AccountPage>(
      [](storage::Reader& reader) -> Result<AccountPage> { return list_accounts(reader, 0, 10); });
  ASSERT_TRUE(page);
  ASSERT_EQ(page->total, 2u);
  EXPECT_TRUE(page->accounts[0].administers);
  EXPECT_EQ(page->accounts[0].credentials, 1u);
  EXPECT_EQ(page->accounts[1].name, "second");
  EXPECT_EQ(page->accounts[1].app_id, second->app_id);
  const auto found =
      database().get<Account>([&](storage::Reader& reader) { return find_account(reader, second->app_id); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, second->id);
  EXPECT_EQ(database()
                .get<Account>([](storage::Reader& reader) { return find_account(reader, 7); })
                .error()
                .reason(),
            "accounts.unknown");
}

TEST_F(AccountsTest, says_when_the_master_key_is_not_the_one_that_sealed) {
  ASSERT_TRUE(ensure());
  testkit::TempDir elsewhere;
  auto other = SecretBox::open(elsewhere.path(), random_);
  ASSERT_TRUE(other);
  Keyring keyring;
  EXPECT_EQ(load_keyring(database(), *other, keyring).error().reason(), "secrets.not_ours");
}

TEST(KeyringTest, a_replaced_credential_leaves_the_old_one_to_those_who_hold_it) {
  Keyring keyring;
  keyring.put({.secret_id = "id", .secret_key = Secret(std::string("old")), .account_id = 1});
  const auto held = keyring.find("id");
  keyring.put({.secret_id = "id", .secret_key = Secret(std::string("new")), .account_id = 1});
  EXPECT_EQ(held->secret_key.reveal(), "old");
  EXPECT_EQ(keyring.find("id")->secret_key.reveal(), "new");
  keyring.replace({});
  EXPECT_EQ(keyring.find("id"), nullptr);
}

}  // namespace
}  // namespace sesame::accounts
