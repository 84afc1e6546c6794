#include "accounts/credentials.hpp"

#include <gtest/gtest.h>

#include "accounts/accounts.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::accounts {
namespace {

// One administering account with the credential "first".
class CredentialsTest : public testing::Test {
 protected:
  CredentialsTest() : box_(SecretBox::open(folder_.path(), random_).value()) {
    KeyPair first{"first", Secret(std::string(16, '1'))};
    EXPECT_TRUE(ensure_first_credential(*database_, box_, random_, 1000, std::move(first)));
  }

  Status change(const std::function<Status(storage::Writer&)>& job) {
    return database_->write_and_wait(storage::Priority::interactive, job);
  }
  Status add(std::string id, Permissions permissions = {}, std::uint64_t most = 20,
             std::int64_t account_id = 1) {
    return change([&](storage::Writer& writer) {
      NewCredential made{account_id, {id, Secret(std::string(16, '2'))}, "for " + id, permissions};
      return create_credential(writer, box_, made, most, 2000);
    });
  }
  Status enable(std::string_view id, bool enabled, std::int64_t account_id = 1) {
    return change(
        [&](storage::Writer& writer) { return set_credential_enabled(writer, account_id, id, enabled); });
  }
  Status remove(std::string_view id) {
    return change([&](storage::Writer& writer) { return delete_credential(writer, 1, id); });
  }
  std::shared_ptr<const Credential> stored(std::string_view id) {
    Keyring keyring;
    EXPECT_TRUE(load_keyring(*database_, box_, keyring));
    return keyring.find(id);
  }

  testkit::TempDir folder_;
  testkit::SeededRandom random_;
  SecretBox box_;
  testkit::TempDatabase database_;
};

TEST_F(CredentialsTest, one_account_may_have_many_but_an_id_is_taken_once) {
  EXPECT_TRUE(add("two"));
  EXPECT_EQ(add("first").error().reason(), "accounts.secret_id_taken");
  EXPECT_EQ(stored("first")->app_id, stored("two")->app_id);
  EXPECT_EQ(stored("two")->secret_key.reveal(), std::string(16, '2'));
  EXPECT_TRUE(stored("two")->administers);
}

TEST_F(CredentialsTest, keeps_what_each_may_call) {
  ASSERT_TRUE(add("reader", Permissions::read_only()));
  ASSERT_TRUE(add("sender", Permissions::listed({"SendEmail", "ListReceivers"})));
  EXPECT_TRUE(stored("reader")->may_call("ListReceivers", true));
  EXPECT_FALSE(stored("reader")->may_call("SendEmail", false));
  EXPECT_TRUE(stored("sender")->may_call("SendEmail", false));
  EXPECT_FALSE(stored("sender")->may_call("ListSendTasks", true));
  EXPECT_TRUE(stored("first")->may_grant());
  EXPECT_FALSE(stored("sender")->may_grant());
}

TEST_F(CredentialsTest, lists_them_without_their_keys_page_by_page) {
  ASSERT_TRUE(add("b", Permissions::read_only()));
  ASSERT_TRUE(add("a"));
  const auto page = [&](std::uint64_t offset, std::uint64_t limit) {
    return database_->get<CredentialPage>(
        [&](storage::Reader& reader) { return list_credentials(reader, 1, offset, limit); });
  };
  const auto all = page(0, 10);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->rows.size(), 3u);
  EXPECT_EQ(all->rows[0].secret_id, "first");
  EXPECT_EQ(all->rows[1].secret_id, "a");
  EXPECT_EQ(all->rows[1].name, "for a");
  EXPECT_EQ(all->rows[2].permissions, Permissions::read_only());
  EXPECT_EQ(page(2, 10)->rows.size(), 1u);
  EXPECT_EQ(page(3, 10)->total, 3u);
}

TEST_F(CredentialsTest, an_account_has_at_most_so_many) {
  ASSERT_TRUE(add("two", {}, 2));
  EXPECT_EQ(add("three", {}, 2).error().reason(), "accounts.too_many_credentials");
}

TEST_F(CredentialsTest, a_disabled_one_can_be_enabled_again_or_deleted) {
  ASSERT_TRUE(add("two"));
  EXPECT_EQ(remove("two").error().reason(), "accounts.credential_enabled");
  ASSERT_TRUE(enable("two", false));
  EXPECT_FALSE(stored("two")->enabled);
  ASSERT_TRUE(enable("two", true));
  EXPECT_TRUE(stored("two")->enabled);
  ASSERT_TRUE(enable("two", false));
  EXPECT_TRUE(remove("two"));
  EXPECT_EQ(stored("two"), nullptr);
  EXPECT_EQ(remove("two").error().reason(), "accounts.unknown_credential");
}

TEST_F(CredentialsTest, another_accounts_are_unknown) {
  ASSERT_TRUE(add("two"));
  EXPECT_EQ(enable("two", false, 2).error().reason(), "accounts.unknown_credential");
}

TEST_F(CredentialsTest, the_last_that_manages_accounts_stays) {
  ASSERT_TRUE(add("reader", Permissions::read_only()));
  EXPECT_EQ(enable("first", false).error().reason(), "accounts.last_administrator");
  EXPECT_TRUE(stored("first")->enabled);
  ASSERT_TRUE(add("second"));
  EXPECT_TRUE(enable("first", false));
  EXPECT_EQ(enable("second", false).error().reason(), "accounts.last_administrator");
}

TEST(PermissionsTest, their_text_comes_back) {
  for (const Permissions& each :
       {Permissions(), Permissions::read_only(), Permissions::listed({"SendEmail", "A", "SendEmail"}),
        Permissions::listed({})}) {
    EXPECT_EQ(Permissions::parse(each.text()).value(), each) << each.text();
  }
  EXPECT_EQ(Permissions::listed({"B", "A", "B"}).text(), "list:A,B");
  EXPECT_FALSE(Permissions::listed({}).allow("", true));
  EXPECT_EQ(Permissions::parse("everything").error().reason(), "accounts.permissions_unknown");
}

}  // namespace
}  // namespace sesame::accounts
