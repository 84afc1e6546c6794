#include "accounts/users.hpp"

#include <gtest/gtest.h>

#include "accounts/accounts.hpp"
#include "accounts/console_sessions.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::accounts {
namespace {

/// Two accounts, of which the first has the owner "Ann".
class UsersTest : public testing::Test {
 protected:
  UsersTest() {
    EXPECT_TRUE(change([&](storage::Writer& writer) -> Status {
      first_ = create_account(writer, random_, "first", 10, 1).value().id;
      second_ = create_account(writer, random_, "second", 10, 1).value().id;
      return Done{};
    }));
    ann_ = add(first_, "Ann", Role::owner).value();
  }

  Status change(const std::function<Status(storage::Writer&)>& job) {
    return database_->write_and_wait(storage::Priority::interactive, job);
  }
  template <class T>
  T read(const std::function<T(storage::Reader&)>& job) {
    return database_->get<T>([&](storage::Reader& reader) -> Result<T> { return job(reader); }).value();
  }
  Result<std::int64_t> add(std::int64_t account, std::string name, Role role, std::string hash = "hash") {
    return database_->change<std::int64_t>(storage::Priority::interactive, [&](storage::Writer& writer) {
      return create_user(writer, {account, name, role, hash}, 5);
    });
  }
  Status alter(std::int64_t user, UserChanges changes, std::string_view spared = {}) {
    return change([&](storage::Writer& writer) { return change_user(writer, user, changes, spared); });
  }
  void log_in(std::int64_t user, const std::string& token, std::int64_t now_ms) {
    EXPECT_TRUE(change([&](storage::Writer& writer) -> Status {
      create_session(writer, {token_digest(token), first_, user, "192.0.2.1", "a browser"}, now_ms);
      return Done{};
    }));
  }
  std::optional<ConsoleSession> session(const std::string& token, std::int64_t now_ms) {
    return read<std::optional<ConsoleSession>>([&](storage::Reader& reader) {
      return find_session(reader, token_digest(token), SessionLimits{.idle_ms = 100, .absolute_ms = 1000},
                          now_ms);
    });
  }

  testkit::SeededRandom random_;
  testkit::TempDatabase database_;
  std::int64_t first_ = 0, second_ = 0, ann_ = 0;
};

TEST_F(UsersTest, a_name_is_taken_in_every_case_and_account) {
  EXPECT_EQ(add(second_, "aNN", Role::sender).error().reason(), "accounts.user_taken");
  EXPECT_EQ(add(second_, "no blanks", Role::sender).error().reason(), "accounts.user_name");
  EXPECT_EQ(add(second_, std::string(65, 'a'), Role::sender).error().reason(), "accounts.user_name");
  const auto found =
      read<std::optional<User>>([](storage::Reader& reader) { return find_user(reader, "ANN"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "Ann");
  EXPECT_TRUE(found->has_password);
}

TEST_F(UsersTest, lists_the_users_of_one_account_in_pages) {
  ASSERT_TRUE(add(first_, "bob", Role::analyst, ""));
  ASSERT_TRUE(add(second_, "cem", Role::owner));
  const auto page =
      read<UserPage>([&](storage::Reader& reader) { return list_users(reader, first_, 1, 10); });
  EXPECT_EQ(page.total, 2u);
  ASSERT_EQ(page.users.size(), 1u);
  EXPECT_EQ(page.users[0].name, "bob");
  EXPECT_FALSE(page.users[0].has_password);
}

TEST_F(UsersTest, the_last_enabled_owner_stays_one) {
  EXPECT_EQ(alter(ann_, {.role = Role::admin}).error().reason(), "accounts.last_owner");
  EXPECT_EQ(alter(ann_, {.enabled = false}).error().reason(), "accounts.last_owner");
  const auto remove = [&](storage::Writer& writer) { return delete_user(writer, ann_); };
  EXPECT_EQ(change(remove).error().reason(), "accounts.last_owner");
  ASSERT_TRUE(add(first_, "bob", Role::owner));
  EXPECT_TRUE(alter(ann_, {.role = Role::admin}));
  EXPECT_TRUE(change(remove));
}

TEST_F(UsersTest, a_session_ends_when_it_is_idle_or_old) {
  log_in(ann_, "t", 1000);
  EXPECT_TRUE(session("t", 1099));
  EXPECT_FALSE(session("t", 1100));
  for (std::int64_t now = 1050; now < 2000; now += 50) {
    ASSERT_TRUE(session("t", now)) << now;
    ASSERT_TRUE(change([&](storage::Writer& writer) -> Status {
      touch_session(writer, token_digest("t"), now);
      return Done{};
    }));
  }
  EXPECT_FALSE(session("t", 2000));
  EXPECT_FALSE(session("another", 1001));
}

TEST_F(UsersTest, a_session_of_a_clock_that_was_ahead_is_not_valid) {
  constexpr std::int64_t kYearMs = 365LL * 86'400'000;
  log_in(ann_, "t", kYearMs);
  EXPECT_TRUE(session("t", kYearMs));
  EXPECT_FALSE(session("t", 1000));
  EXPECT_TRUE(change([&](storage::Writer& writer) -> Status {
    create_link(writer, token_digest("link"), ann_, kYearMs);
    return Done{};
  }));
  EXPECT_TRUE(change([&](storage::Writer& writer) -> Status {
    EXPECT_EQ(take_link(writer, token_digest("link"), 1000), std::nullopt);
    return Done{};
  }));
}

TEST_F(UsersTest, a_new_password_ends_all_sessions_but_the_callers) {
  log_in(ann_, "one", 1000);
  log_in(ann_, "two", 1000);
  EXPECT_TRUE(alter(ann_, {.password_hash = "new"}, token_digest("one")));
  EXPECT_TRUE(session("one", 1001));
  EXPECT_FALSE(session("two", 1001));
}

TEST_F(UsersTest, a_new_role_and_the_end_of_enabled_end_every_session) {
  const std::int64_t bob = add(first_, "bob", Role::sender).value();
  log_in(bob, "one", 1000);
  EXPECT_TRUE(alter(bob, {.role = Role::sender}));
  EXPECT_TRUE(session("one", 1001)) << "the role is the same";
  EXPECT_TRUE(alter(bob, {.role = Role::analyst}));
  EXPECT_FALSE(session("one", 1001));
  log_in(bob, "two", 1000);
  EXPECT_TRUE(alter(bob, {.enabled = false}));
  EXPECT_TRUE(alter(bob, {.enabled = true}));
  EXPECT_FALSE(session("two", 1001));
}

TEST_F(UsersTest, a_users_own_sessions_are_those_that_go_on_the_newest_first) {
  const std::int64_t bob = add(first_, "bob", Role::sender).value();
  log_in(ann_, "old", 10);
  log_in(ann_, "one", 1000);
  log_in(bob, "bobs", 1001);
  log_in(ann_, "two", 1002);
  const auto own = read<std::vector<OwnSession>>([&](storage::Reader& reader) {
    return list_sessions(reader, ann_, SessionLimits{.idle_ms = 100, .absolute_ms = 1000}, 1010);
  });
  ASSERT_EQ(own.size(), 2U);
  EXPECT_EQ(own[0].digest, token_digest("two"));
  EXPECT_EQ(own[0].created_ms, 1002);
  EXPECT_EQ(own[1].digest, token_digest("one"));
  EXPECT_EQ(own[1].peer, "192.0.2.1");
  EXPECT_EQ(own[1].agent, "a browser");
}

TEST_F(UsersTest, one_more_session_than_allowed_ends_the_oldest) {
  for (std::uint64_t i = 0; i <= kSessionsPerUserMax; ++i)
    log_in(ann_, "t" + std::to_string(i), 1000 + static_cast<std::int64_t>(i));
  EXPECT_FALSE(session("t0", 1050));
  EXPECT_TRUE(session("t1", 1050));
}

TEST_F(UsersTest, a_link_is_good_once_and_for_its_time) {
  const auto take = [&](const std::string& token, std::int64_t now_ms) {
    std::optional<std::int64_t> taken;
    EXPECT_TRUE(change([&](storage::Writer& writer) -> Status {
      taken = take_link(writer, token_digest(token), now_ms);
      return Done{};
    }));
    return taken;
  };
  const auto make = [&](const std::string& token, std::int64_t user) {
    EXPECT_TRUE(change([&](storage::Writer& writer) -> Status {
      create_link(writer, token_digest(token), user, 100);
      return Done{};
    }));
  };
  make("a", ann_);
  make("b", ann_);
  EXPECT_EQ(take("a", 99), ann_);
  EXPECT_EQ(take("a", 99), std::nullopt);
  EXPECT_EQ(take("b", 100), std::nullopt);
  make("setup 1", kSetupLink);
  make("setup 2", kSetupLink);
  EXPECT_EQ(take("setup 1", 1), std::nullopt) << "the next one replaced it";
  EXPECT_EQ(take("setup 2", 1), kSetupLink);
}

TEST_F(UsersTest, a_reset_user_has_neither_password_nor_session) {
  log_in(ann_, "t", 1000);
  EXPECT_TRUE(change([&](storage::Writer& writer) { return reset_user(writer, ann_); }));
  EXPECT_FALSE(session("t", 1001));
  EXPECT_FALSE(read<std::optional<User>>([&](storage::Reader& reader) {
                 return user_of(reader, ann_);
               })->has_password);
  EXPECT_EQ(change([&](storage::Writer& writer) { return reset_user(writer, 99); }).error().reason(),
            "accounts.unknown_user");
}

TEST(Passwords, short_common_and_simple_ones_are_refused) {
  for (const char* password :
       {"short", "password1234", "PASSWORD1234", "aaaaaaaaaaaaaa", "abcdefghijklmn", "operator123!"})
    EXPECT_FALSE(check_password(password, "operator")) << password;
  EXPECT_FALSE(check_password(std::string(257, 'x') + "y", "ann"));
  EXPECT_TRUE(check_password("a good long one", "ann"));
}

TEST(Roles, patterns_say_what_a_role_may_call) {
  EXPECT_TRUE(role_permissions(Role::owner).allow("DeleteAnything", false));
  const Permissions& operating = role_permissions(Role::operating);
  EXPECT_TRUE(operating.allow("CreateEmailTemplate", false));
  EXPECT_FALSE(operating.allow("ReviewEmailTemplate", false));
  EXPECT_TRUE(role_permissions(Role::reviewer).allow("ReviewEmailTemplate", false));
  const Permissions& sender = role_permissions(Role::sender);
  EXPECT_TRUE(sender.allow("PauseSendTask", false));
  EXPECT_TRUE(sender.allow("ListSendTasks", true));
  EXPECT_FALSE(sender.allow("CreateEmailIdentity", false));
  EXPECT_FALSE(sender.allow("CreateCredential", false));
  const Permissions& analyst = role_permissions(Role::analyst);
  EXPECT_TRUE(analyst.allow("ListInboxMails", true));
  EXPECT_FALSE(analyst.allow("GetInboxMail", true)) << "its addresses cannot be masked";
  EXPECT_FALSE(role_permissions(Role::reviewer).allow("ListReceivers", true));
  for (const Role role :
       {Role::owner, Role::admin, Role::operating, Role::sender, Role::analyst, Role::reviewer})
    EXPECT_EQ(role_named(role_name(role)), role);
  EXPECT_FALSE(role_named("king"));
}

TEST(Roles, admins_manage_everybody_but_owners) {
  EXPECT_TRUE(manages(Role::owner, Role::owner));
  EXPECT_TRUE(manages(Role::admin, Role::admin));
  EXPECT_FALSE(manages(Role::admin, Role::owner));
  EXPECT_FALSE(manages(Role::operating, Role::reviewer));
}

}  // namespace
}  // namespace sesame::accounts
