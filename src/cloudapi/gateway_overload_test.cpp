// The answers to callers when more work arrives than may wait: refused by name, nothing done, and served
// again once there is room.
#include <gmock/gmock.h>

#include <future>

#include "testkit/cloud_api.hpp"
#include "testkit/eventually.hpp"

namespace sesame::cloudapi {
namespace {

using testkit::eventually;

constexpr storage::Sql kAddAccount{"test.add", "INSERT INTO account (app_id, created_ms) VALUES (?1, ?2)"};
constexpr storage::Sql kCountAccounts{"test.count", "SELECT count(*) FROM account"};
constexpr std::string_view kOverloaded =
    "RequestLimitExceeded: The server has more work waiting than it accepts. Nothing was done; try again in "
    "a second.";

ActionDescription describe(std::string name) {
  ActionDescription made;
  made.name = std::move(name);
  made.version = "2020-10-02";
  made.service = "ses";
  Field text;
  text.name = "Name";
  text.type = Type::string;
  made.input = {text};
  return made;
}

Answer counted(storage::Reader& reader) {
  const auto rows = reader.query(kCountAccounts);
  rows->next();
  return boost::json::object{{"Accounts", rows->next_integer()}};
}

// Count reads, Add writes. Each queue holds kWaitingMax pieces of work behind the one in progress.
class GatewayOverloadTest : public testing::Test {
 protected:
  static constexpr int kWaitingMax = 2;

  GatewayOverloadTest() {
    api_.database.options().reader_threads = 1;
    api_.database.options().max_queued_writes = kWaitingMax;
    api_.database.options().max_queued_reads = kWaitingMax;
    api_.database.reopen();
    add(count_, Work::read(counted));
    add(add_, Work::write([](storage::Writer& writer) -> Answer {
          writer.run(kAddAccount, 7, 0);
          return counted(writer);
        }));
  }
  ~GatewayOverloadTest() override { release(); }

  void add(const ActionDescription& described, const Work& work) {
    Action action;
    action.name = described.name;
    action.version = described.version;
    action.prepare = [work](Call&) -> Result<Work> { return work; };
    action.description = &described;
    api_.actions.add(std::move(action));
  }
  std::string outcome(std::string_view action, std::string_view body = "{}") {
    return api_.outcome(api_.request(action, body));
  }

  /// Work that keeps its thread until release().
  void hold() {
    ++held_;
    released_.wait();
  }
  void release() {
    if (released_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) release_.set_value();
  }
  bool is_held() {
    return eventually([&] { return held_ == 1; });
  }

  const ActionDescription count_ = describe("Count"), add_ = describe("Add");
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
  std::atomic<int> held_{0};
  testkit::CloudApi api_;
};

TEST_F(GatewayOverloadTest, a_full_queue_of_writes) {
  const auto ignore = [](const Status&) {};
  const auto priority = storage::Priority::interactive;
  api_.database->write(
      priority, [this](auto&) { return hold(), Done{}; }, ignore);
  ASSERT_TRUE(is_held());
  for (int i = 0; i < kWaitingMax; ++i)
    api_.database->write(
        priority, [](auto&) { return Done{}; }, ignore);
  EXPECT_EQ(outcome("Add"), kOverloaded);
  EXPECT_EQ(outcome("Count"), "OK") << "readers have a queue of their own";
  release();
  EXPECT_TRUE(eventually([&] { return outcome("Add") == "OK"; }));
  EXPECT_EQ(api_.call("Count").at("Accounts"), 1) << "a refused write left something";
}

TEST_F(GatewayOverloadTest, a_full_queue_of_reads) {
  api_.gateway();  // It reads, too, when it is made.
  const auto ignore = [](const Status&) {};
  api_.database->read([this](auto&) { return hold(), Done{}; }, ignore);
  ASSERT_TRUE(is_held());
  for (int i = 0; i < kWaitingMax; ++i) api_.database->read([](auto&) { return Done{}; }, ignore);
  EXPECT_EQ(outcome("Count"), kOverloaded);
  release();
  EXPECT_TRUE(eventually([&] { return outcome("Count") == "OK"; }));
}

TEST_F(GatewayOverloadTest, a_full_pool_refuses_large_bodies_before_it_looks_at_them) {
  const std::string body = R"({"Name":")" + std::string(100'000, 'x') + R"("})";
  ASSERT_TRUE(api_.pool.submit([this] { hold(); }));
  ASSERT_TRUE(is_held());
  while (api_.pool.submit([] {})) {
  }
  EXPECT_EQ(outcome("Count", body), kOverloaded);
  // Hashing megabytes is the pool's work, too: who signed them is not known when it has no room.
  net::HttpRequest changed = api_.request("Count", body);
  changed.body.back() = ' ';
  EXPECT_EQ(api_.outcome(std::move(changed)), kOverloaded);
  EXPECT_EQ(outcome("Count"), "OK") << "a small call needs no pool";
  release();
  EXPECT_TRUE(eventually([&] { return outcome("Count", body) == "OK"; }));
}

TEST_F(GatewayOverloadTest, a_program_that_is_stopping) {
  api_.pool.stop();
  EXPECT_EQ(outcome("Count", R"({"Name":")" + std::string(100'000, 'x') + R"("})"), kOverloaded);
}

}  // namespace
}  // namespace sesame::cloudapi
