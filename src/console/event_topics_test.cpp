#include "console/event_topics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/manual_clock.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::console {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testkit::ManualClock;

constexpr storage::Sql kTask{
    "test.task",
    "INSERT INTO send_task (account_id, region, group_id, group_name, sender, subject, "
    "template_id, template_data, task_type, status, created_ms, updated_ms) VALUES (?1, "
    "?2, 1, '', '', '', 1, '', 1, 5, 1, 1)"};
constexpr storage::Sql kStatus{"test.status", "UPDATE send_task SET status = ?2 WHERE task_id = ?1"};
constexpr storage::Sql kRun{
    "test.run",
    "INSERT INTO run (task_id, account_id, region, group_id, bound, mailing, "
    "sender_domain, template_data, app_id, id_key, started_ms, open, requested) VALUES "
    "(?1, 1, 'a', 1, 1, '', '', '', '', '', 1, 1, 1)"};
constexpr storage::Sql kDelivered{"test.delivered", "UPDATE run SET delivered = delivered + 1"};
constexpr storage::Sql kInbox{"test.inbox",
                              "INSERT INTO inbox_mail (account_id, region, message_id, from_address, "
                              "to_address, subject, received_ms, size_bytes, packed) VALUES (?1, ?2, '', '', "
                              "'', '', 1, 1, '')"};
constexpr storage::Sql kVolume{
    "test.volume", "INSERT INTO daily_volume VALUES (1, 'a', '', ?1, 'd', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)"};
constexpr storage::Sql kMessage{
    "test.message",
    "INSERT INTO message (account_id, region, kind, parent_id, ordinal, message_id, "
    "from_address, to_address, request_day, requested_ms) VALUES (1, 'a', 1, 1, 0, "
    "'m-1', '', '', ?1, 1)"};
constexpr storage::Sql kImport{"test.import",
                               "INSERT INTO audience_import (account_id, region, group_id, file_name, "
                               "file_bytes, author, client_token, leave_out, state, "
                               "created_ms, changed_ms) VALUES (1, 'a', 1, '', 1, '', '', 0, 1, 1, 1)"};
constexpr storage::Sql kPart{"test.part", "UPDATE audience_import SET parts = parts + 1, total = total + 9"};
constexpr storage::Sql kUndone{"test.undone", "UPDATE audience_import SET removed = removed + 1"};
constexpr storage::Sql kDeferred{"test.deferred", "UPDATE message SET deliver_status = 8, attempts = 1"};

class EventTopicsTest : public testing::Test {
 protected:
  template <class... Args>
  std::int64_t run(const storage::Sql& sql, const Args&... args) {
    return database_.change([&](storage::Writer& writer) { return writer.insert(sql, args...); });
  }
  TopicState look(std::string_view name, std::int64_t account_id = 1) {
    const std::vector<Topic> topics = read_topics("topics=" + std::string(name));
    return database_.look([&](storage::Reader& reader) {
      return look_at(reader, account_id, regions_, topics.at(0), ManualClock::kStartMs);
    });
  }
  /// The topics whose state is another one after `act`.
  std::vector<std::string> changed_by(const std::function<void()>& act) {
    std::map<std::string, TopicState> before;
    for (const std::string& name : kNames) before[name] = look(name);
    act();
    std::vector<std::string> changed;
    for (const std::string& name : kNames) {
      if (look(name) != before[name]) changed.push_back(name);
    }
    return changed;
  }

  const std::vector<std::string> kNames = {"attention", "blocks",     "counters", "delivery", "domains",
                                           "groups",    "inbox",      "messages", "tasks",    "templates",
                                           "webhooks",  "dns:a.test", "import:1", "task:1",   "message:m-1"};
  const std::vector<std::string> regions_ = {"a", "b"};
  testkit::TempDatabase database_;
};

std::vector<std::string> names_in(std::string_view query) {
  std::vector<std::string> names;
  for (const Topic& topic : read_topics(query)) names.push_back(topic.name());
  return names;
}

TEST_F(EventTopicsTest, reads_what_it_knows_out_of_the_query) {
  EXPECT_THAT(names_in("a=b&topics=inbox%2Ctask:17,dns%3amail.example.com,inbox"),
              ElementsAre("inbox", "task:17", "dns:mail.example.com"));
  EXPECT_THAT(names_in("topics=,rain,inbox:3,task:,task:x,task:-1,task:0,import:x,tas,message:," +
                       std::string(300, 'x')),
              IsEmpty());
  EXPECT_THAT(names_in("topic=inbox"), IsEmpty());
  EXPECT_THAT(names_in("topics=dns:" + std::string(256, 'x')), IsEmpty());
  std::string many = "topics=session";
  for (int i = 1; i < 100; ++i) many += ",task:" + std::to_string(i);
  EXPECT_EQ(read_topics(many).size(), kTopicsPerStreamMax);
  EXPECT_EQ(query_value("x=1&after=ab%2D7%", "after"), "ab-7%");
  EXPECT_EQ(query_value("after", "after"), "");
}

TEST_F(EventTopicsTest, every_topic_but_the_session_asks_for_a_right) {
  for (const std::string& name : kNames)
    EXPECT_NE(action_of(read_topics("topics=" + name).at(0)), "") << name;
  EXPECT_EQ(action_of(Topic{}), "");
}

TEST_F(EventTopicsTest, a_change_shows_in_its_topics_and_in_no_other) {
  EXPECT_THAT(changed_by([] {}), IsEmpty());
  EXPECT_THAT(changed_by([&] { run(kInbox, 1, "b"); }), ElementsAre("inbox"));
  EXPECT_THAT(changed_by([&] { run(kTask, 1, "a"); }),
              ElementsAre("attention", "messages", "tasks", "task:1"));
  EXPECT_THAT(changed_by([&] { run(kRun, 1); }), ElementsAre("messages", "tasks", "task:1"));
  EXPECT_THAT(changed_by([&] { run(kDelivered); }), ElementsAre("messages", "tasks", "task:1"));
  EXPECT_THAT(changed_by([&] { run(kStatus, 1, 10); }),
              ElementsAre("attention", "messages", "tasks", "task:1"));
  const std::int64_t today = 20'788;  // ManualClock::kStartMs, in Beijing.
  EXPECT_THAT(changed_by([&] { run(kVolume, today); }), ElementsAre("counters", "messages"));
  EXPECT_THAT(changed_by([&] { run(kVolume, today - 2); }), IsEmpty());
  EXPECT_THAT(changed_by([&] { run(kMessage, today); }), ElementsAre("messages", "message:m-1"));
  EXPECT_THAT(changed_by([&] { run(kDeferred); }), ElementsAre("messages", "message:m-1"));
  EXPECT_THAT(changed_by([&] { run(kImport); }), ElementsAre("groups", "import:1"));
  EXPECT_THAT(changed_by([&] { run(kPart); }), ElementsAre("import:1"));
  EXPECT_THAT(changed_by([&] { run(kUndone); }), ElementsAre("import:1"));
}

TEST_F(EventTopicsTest, another_account_sees_nothing_of_it) {
  std::map<std::string, TopicState> before;
  for (const std::string& name : kNames) before[name] = look(name, 2);
  run(kTask, 1, "a");
  run(kInbox, 1, "a");
  run(kMessage, 20'788);
  run(kRun, 1);
  run(kImport);
  for (const std::string& name : kNames) EXPECT_EQ(look(name, 2), before[name]) << name;
}

}  // namespace
}  // namespace sesame::console
