#include "accounts/audit_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "accounts/accounts.hpp"
#include "accounts/audit_list.hpp"
#include "base/beijing_time.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::accounts {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kNoon = 20'000 * kDayMs + 4LL * 3600 * 1000;  // In Beijing.

constexpr storage::Sql kEdit{"test.edit", "UPDATE audit_entry SET actor = 'eve' WHERE action = ?1"};
constexpr storage::Sql kRemove{"test.remove", "DELETE FROM audit_entry WHERE action = ?1"};
constexpr storage::Sql kShorten{
    "test.shorten",
    "UPDATE audit_day SET entries = entries - 1, last_digest = (SELECT digest FROM "
    "audit_entry ORDER BY id DESC LIMIT 1)"};
constexpr storage::Sql kRemoveDay{"test.remove_day", "DELETE FROM audit_day WHERE day = ?1"};
constexpr storage::Sql kRemoveEntriesOf{"test.remove_entries_of", "DELETE FROM audit_entry WHERE day = ?1"};
constexpr storage::Sql kForgeMarks{"test.forge_marks",
                                   "UPDATE audit_mark SET day = day + 2 WHERE place = ?1"};
constexpr storage::Sql kRemoveMarks{"test.remove_marks", "DELETE FROM audit_mark"};

/// Two accounts with an empty audit log.
class AuditLogTest : public testing::Test {
 protected:
  AuditLogTest() : secrets_(SecretBox::open(folder_.path(), random_).value()), log_(secrets_) {
    change([&](storage::Writer& writer) {
      first_ = create_account(writer, random_, "first", 10, 1).value().id;
      second_ = create_account(writer, random_, "second", 10, 1).value().id;
    });
  }

  template <class Job>
  void change(Job job) {
    database_.change(std::move(job));
  }
  template <class T>
  T read(const std::function<T(storage::Reader&)>& job) {
    return database_.look([&](storage::Reader& reader) { return job(reader); });
  }
  AuditEntry entry(std::string action, std::int64_t at_ms = kNoon) const {
    AuditEntry made;
    made.at_ms = at_ms;
    made.account_id = made.actor_account_id = first_;
    made.actor_kind = ActorKind::user;
    made.actor = "ann";
    made.client = "console";
    made.action = std::move(action);
    made.code = "OK";
    return made;
  }
  void append(const AuditEntry& made) {
    change([&](storage::Writer& writer) { log_.append(writer, made); });
  }
  void remove_days(std::int64_t first, std::int64_t last) {
    change([&](storage::Writer& writer) {
      for (std::int64_t day = first; day <= last; ++day) {
        writer.run(kRemoveDay, day);
        writer.run(kRemoveEntriesOf, day);
      }
    });
  }
  AuditCheck check() {
    return read<AuditCheck>([&](storage::Reader& reader) { return log_.check(reader); });
  }
  std::vector<std::string> problems() {
    std::vector<std::string> found;
    for (const AuditFault& fault : check().faults) found.emplace_back(fault.problem);
    return found;
  }
  AuditPage list(AuditQuery query) {
    if (query.account_id == 0) query.account_id = first_;
    return read<AuditPage>([&](storage::Reader& reader) { return list_audit_entries(reader, query); });
  }
  std::vector<std::string> actions(const AuditQuery& query) {
    std::vector<std::string> found;
    for (const ListedEntry& listed : list(query).entries) found.push_back(listed.entry.action);
    return found;
  }

  testkit::SeededRandom random_;
  testkit::TempDir folder_;
  testkit::TempDatabase database_;
  SecretBox secrets_;
  AuditLog log_;
  std::int64_t first_ = 0, second_ = 0;
};

using Words = std::vector<std::string>;

TEST_F(AuditLogTest, an_untouched_log_is_whole) {
  EXPECT_EQ(problems(), Words());
  for (const std::int64_t day : {0, 0, 1, 3}) append(entry("Login", kNoon + day * kDayMs));
  const AuditCheck found = check();
  EXPECT_TRUE(found.faults.empty());
  EXPECT_EQ(found.days, 3);
  EXPECT_EQ(found.entries, 4);
}

TEST_F(AuditLogTest, a_changed_entry_is_found) {
  for (const char* action : {"A", "B", "C"}) append(entry(action));
  change([](storage::Writer& writer) { writer.run(kEdit, "B"); });
  EXPECT_EQ(problems(), Words{"the entry was changed"});
}

TEST_F(AuditLogTest, a_removed_entry_is_found_wherever_it_stood) {
  for (const char* action : {"A", "B", "C"}) append(entry(action));
  change([](storage::Writer& writer) { writer.run(kRemove, "B"); });
  EXPECT_EQ(problems(), Words{"entries before this one are missing"});
  change([](storage::Writer& writer) { writer.run(kRemove, "C"); });
  EXPECT_EQ(problems().back(), "the last entries of the day are missing or were changed");
}

TEST_F(AuditLogTest, an_end_that_is_adapted_to_a_shorter_chain_is_found) {
  for (const char* action : {"A", "B"}) append(entry(action));
  change([](storage::Writer& writer) {
    writer.run(kRemove, "B");
    writer.run(kShorten);
  });
  EXPECT_EQ(problems(), Words{"the end of the day was changed"});
}

TEST_F(AuditLogTest, a_day_that_is_missing_between_others_is_found) {
  const std::int64_t today = beijing_day(kNoon);
  for (const std::int64_t day : {0, 1, 2}) append(entry("A", kNoon + day * kDayMs));
  change([&](storage::Writer& writer) { writer.run(kRemoveDay, today + 1); });
  EXPECT_EQ(problems(), (Words{"the day is missing", "the end of the day is missing"}));
  change([&](storage::Writer& writer) { writer.run(kRemoveEntriesOf, today + 1); });
  EXPECT_EQ(problems(), Words{"the day is missing"});
}

TEST_F(AuditLogTest, whole_days_that_are_missing_at_the_beginning_are_found_also_behind_the_retention) {
  const std::int64_t today = beijing_day(kNoon);
  for (const std::int64_t day : {0, 1, 2, 3}) append(entry("A", kNoon + day * kDayMs));
  change([&](storage::Writer& writer) { log_.delete_expired(writer, today + 1, 100); });
  EXPECT_EQ(problems(), Words());
  remove_days(today + 1, today + 2);
  EXPECT_EQ(problems(), (Words{"the day is missing"}));
  change([&](storage::Writer& writer) { log_.delete_expired(writer, today + 1, 100); });
  EXPECT_EQ(problems(), (Words{"the day is missing"})) << "nothing was old, so nothing was marked";
}

TEST_F(AuditLogTest, whole_days_that_are_missing_at_the_end_are_found_also_when_the_log_goes_on) {
  const std::int64_t today = beijing_day(kNoon);
  for (const std::int64_t day : {0, 1, 2}) append(entry("A", kNoon + day * kDayMs));
  remove_days(today + 1, today + 2);
  EXPECT_EQ(problems(), (Words{"the day is missing"}));
  append(entry("A", kNoon + 3 * kDayMs));
  EXPECT_EQ(problems(), (Words{"the day is missing"}));
}

TEST_F(AuditLogTest, a_day_that_was_removed_and_begins_anew_is_found) {
  const std::int64_t today = beijing_day(kNoon);
  append(entry("A"));
  remove_days(today, today);
  append(entry("B"));
  EXPECT_EQ(problems(), Words{"the log before the first entry of the day was removed"});
}

TEST_F(AuditLogTest, a_log_without_its_marks_or_with_forged_ones_is_found_also_when_it_goes_on) {
  const std::int64_t today = beijing_day(kNoon);
  for (const std::int64_t day : {0, 1, 2}) append(entry("A", kNoon + day * kDayMs));
  change([](storage::Writer& writer) { writer.run(kForgeMarks, 1); });
  EXPECT_EQ(problems(), Words{"the mark of the newest day is missing or was changed"});
  remove_days(today + 1, today + 2);
  change([](storage::Writer& writer) { writer.run(kRemoveMarks); });
  EXPECT_EQ(problems(), Words{"the mark of the newest day is missing or was changed"});
  append(entry("A", kNoon + 3 * kDayMs));
  EXPECT_EQ(problems(), Words{"the log before the first entry of the day was removed"});
}

TEST_F(AuditLogTest, a_forged_mark_of_the_oldest_day_hides_nothing) {
  const std::int64_t today = beijing_day(kNoon);
  for (const std::int64_t day : {0, 1, 2, 3}) append(entry("A", kNoon + day * kDayMs));
  change([&](storage::Writer& writer) { log_.delete_expired(writer, today + 1, 100); });
  remove_days(today + 1, today + 2);
  change([](storage::Writer& writer) { writer.run(kForgeMarks, 2); });
  EXPECT_EQ(problems().front(), "the mark of the oldest day was changed");
}

TEST_F(AuditLogTest, a_page_reads_its_entries_by_their_key) {
  static const std::string own = "EXPLAIN QUERY PLAN " + std::string(kListOwnEntries.text);
  static const std::string abroad = "EXPLAIN QUERY PLAN " + std::string(kListEntriesAbroad.text);
  const auto plan_of = [&](const storage::Sql& explain) {
    return read<Words>([&](storage::Reader& reader) {
      Words steps;
      const auto rows = reader.query(explain, 1, 1, 1);
      while (rows->next()) {
        rows->skip(3);
        steps.emplace_back(rows->next_text());
      }
      return steps;
    });
  };
  for (const auto& [plan, index] :
       {std::pair(plan_of({"test.plan_own", own}), "audit_entry_by_account (account_id=? AND "),
        std::pair(plan_of({"test.plan_abroad", abroad}), "audit_entry_abroad (actor_account_id=? AND ")}) {
    ASSERT_EQ(plan.size(), 1U) << "a sort would be a second step";
    EXPECT_NE(plan[0].find(index), std::string::npos) << plan[0];
  }
}

TEST_F(AuditLogTest, another_master_key_does_not_fit) {
  append(entry("A"));
  testkit::TempDir other_folder;
  const SecretBox other = SecretBox::open(other_folder.path(), random_).value();
  const AuditCheck found =
      read<AuditCheck>([&](storage::Reader& reader) { return AuditLog(other).check(reader); });
  EXPECT_EQ(found.faults.size(), 3U);  // The entry, the day, the mark.
}

TEST_F(AuditLogTest, old_days_go_as_a_whole_and_leave_no_fault) {
  for (const std::int64_t day : {0, 0, 0, 1, 2}) append(entry("A", kNoon + day * kDayMs));
  const auto expire = [&](std::int64_t rows) {
    std::int64_t gone = 0;
    change(
        [&](storage::Writer& writer) { gone = log_.delete_expired(writer, beijing_day(kNoon) + 1, rows); });
    return gone;
  };
  EXPECT_EQ(expire(2), 2);
  EXPECT_EQ(problems(), Words()) << "a day that is being deleted";
  EXPECT_EQ(expire(2), 1);
  EXPECT_EQ(expire(2), 0);
  EXPECT_EQ(problems(), Words());
  EXPECT_EQ(check().entries, 2);
}

TEST_F(AuditLogTest, a_clock_that_was_far_ahead_when_days_were_deleted_is_a_fault_that_stays) {
  const std::int64_t today = beijing_day(kNoon);
  append(entry("A"));
  change([&](storage::Writer& writer) { log_.delete_expired(writer, today + 330, 100); });
  EXPECT_EQ(problems(), Words()) << "nothing was added for so long that all is old";
  const Words blind{"the day is older than days that were deleted for their age"};
  for (const std::int64_t day : {1, 2, 3}) append(entry("A", kNoon + day * kDayMs));
  EXPECT_EQ(problems(), blind);
  remove_days(today + 2, today + 2);
  EXPECT_EQ(problems(), blind) << "the missing day itself cannot be told";
}

TEST_F(AuditLogTest, a_clock_that_was_set_back_leaves_no_fault) {
  for (const std::int64_t day : {5, 0, 3, 5, 1}) append(entry("A", kNoon + day * kDayMs));
  EXPECT_EQ(problems(), Words());
}

TEST_F(AuditLogTest, an_account_sees_its_own_and_what_its_members_did_elsewhere) {
  append(entry("own"));
  AuditEntry abroad = entry("abroad");
  abroad.account_id = second_;
  append(abroad);
  AuditEntry theirs = entry("theirs");
  theirs.account_id = theirs.actor_account_id = second_;
  append(theirs);
  EXPECT_EQ(actions({}), (Words{"abroad", "own"}));
  EXPECT_EQ(actions({.account_id = second_}), (Words{"theirs", "abroad"}));
  const AuditPage page = list({.account_id = second_});
  EXPECT_NE(page.entries[1].app_id, page.entries[1].actor_app_id);
}

TEST_F(AuditLogTest, filters_narrow_and_pages_go_on) {
  for (int i = 0; i < 5; ++i) append(entry("A" + std::to_string(i), kNoon + i * 1000));
  EXPECT_EQ(actions({.action = "A2"}), Words{"A2"});
  EXPECT_EQ(actions({.actor = "ANN", .limit = 2}), (Words{"A4", "A3"}));
  EXPECT_EQ(actions({.actor = "bob"}), Words());
  EXPECT_EQ(actions({.from_ms = kNoon + 1000, .until_ms = kNoon + 3000}), (Words{"A2", "A1"}));
  AuditQuery query{.limit = 2};
  Words all;
  for (int pages = 0; pages < 3; ++pages) {
    const AuditPage page = list(query);
    for (const ListedEntry& listed : page.entries) all.push_back(listed.entry.action);
    EXPECT_EQ(page.next.has_value(), pages < 2);
    query.before_id = page.next;
  }
  EXPECT_EQ(all, (Words{"A4", "A3", "A2", "A1", "A0"}));
}

TEST_F(AuditLogTest, an_entry_of_nobody_belongs_to_the_first_account_and_hostile_text_is_mended) {
  AuditEntry made = entry("Login");
  made.account_id = made.actor_account_id = 0;
  made.actor_kind = ActorKind::unknown;
  made.actor = "";
  made.client = std::string("a\0b\xff", 4) + std::string(1000, 'x');
  append(made);
  const AuditPage page = list({});
  ASSERT_EQ(page.entries.size(), 1U);
  EXPECT_LE(page.entries[0].entry.client.size(), 210U);
  EXPECT_EQ(problems(), Words());
}

}  // namespace
}  // namespace sesame::accounts
