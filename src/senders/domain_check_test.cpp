#include "senders/domain_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <future>
#include <mutex>
#include <set>

#include "dns/errors.hpp"
#include "testkit/eventually.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::senders {
namespace {

constexpr const char* kDomain = "mail.shop.test";
constexpr const char* kFirst = "192.0.1.1";
constexpr const char* kSecond = "192.0.1.2";

/// Servers that answer from what is published at each, at once. The resolver has the address "".
class FakeServers final : public dns::ServerQueries {
 public:
  void ask(dns::ServerQuery query, Answer answer) override {
    const std::string server = query.server ? query.server->host : "";
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(server + " " + query.name);
      if (held_) {
        waiting_.push_back(std::move(answer));
        return;
      }
    }
    answer(answer_of(server, query));
  }

  void publish(const std::string& server, const std::string& name, dns::RecordType type,
               const std::string& value) {
    const std::lock_guard lock(mutex_);
    dns::Record record{name, type, 60, value};
    if (type == dns::RecordType::mx) record.value = dns::MailHost{10, value};
    if (type == dns::RecordType::a || type == dns::RecordType::aaaa)
      record.value = net::Address::parse(value).value();
    records_[server][name].push_back(std::move(record));
  }
  void withdraw(const std::string& name) {
    const std::lock_guard lock(mutex_);
    for (auto& [server, names] : records_) names.erase(name);
  }
  void silence(const std::string& server) {
    const std::lock_guard lock(mutex_);
    silent_.insert(server);
  }
  void answer_with(dns::Rcode code) { code_ = code; }
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void answer_none() {
    std::deque<Answer> waiting;
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
      waiting.swap(waiting_);
    }
    for (Answer& answer : waiting) answer(Error(dns::errors::kNoAnswer));
  }
  std::size_t asked(const std::string& server) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::ranges::count_if(asked_, [&](const std::string& one) { return one.starts_with(server + " "); }));
  }

 private:
  Result<dns::ServerAnswer> answer_of(const std::string& server, const dns::ServerQuery& query) {
    const std::lock_guard lock(mutex_);
    if (silent_.contains(server)) return Error(dns::errors::kNoAnswer);
    dns::ServerAnswer answer;
    answer.authoritative = !server.empty();
    answer.resolves = server.empty();
    answer.code = code_;
    const auto names = records_.find(server);
    const bool known = names != records_.end() && names->second.contains(query.name);
    if (!known) {
      answer.code = code_ == dns::Rcode::no_error ? dns::Rcode::no_such_name : code_;
      return answer;
    }
    for (const dns::Record& record : names->second.at(query.name)) {
      if (record.type == dns::RecordType::cname || record.type == query.type)
        answer.records.push_back(record);
    }
    return answer;
  }

  // All guarded by mutex_.
  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::vector<dns::Record>>> records_;
  std::set<std::string> silent_;
  std::deque<Answer> waiting_;
  std::vector<std::string> asked_;
  bool held_ = false;
  dns::Rcode code_ = dns::Rcode::no_error;
};

class DomainCheckTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { keys_ = new DomainKeys(make_domain_keys().value()); }
  static void TearDownTestSuite() { delete keys_; }

  DomainCheckTest() : box_(std::move(accounts::SecretBox::open(folder_.path(), random_)).value()) {
    options_.verification = Verification::dns;
    options_.mx_host = "mx.sesame.test";
    options_.spf_include = "spf.sesame.test";
    database_.change([](storage::Writer& writer) {
      writer.run({"test.account", "INSERT INTO account (id, app_id, created_ms) VALUES (1, 1, 0)"});
    });
    domain_ = database_
                  .change([&](storage::Writer& writer) {
                    return create_domain(writer, box_, scope_,
                                         {.name = kDomain, .dkim_option = DkimOption::rsa2048, .tags = {}},
                                         *keys_, clock_.now_ms(), options_);
                  })
                  .value();
    servers_.publish("", "shop.test", dns::RecordType::ns, "ns1.shop.test");
    servers_.publish("", "shop.test", dns::RecordType::ns, "ns2.shop.test");
    servers_.publish("", "ns1.shop.test", dns::RecordType::a, kFirst);
    servers_.publish("", "ns2.shop.test", dns::RecordType::a, kSecond);
    checks_.emplace(*database_, servers_, clock_, options_, CheckOptions{});
  }
  ~DomainCheckTest() override { database_.close(); }  // Its threads use the rest.

  const DomainRecord& record(RecordKind kind) const {
    return *std::ranges::find(domain_.records, kind, &DomainRecord::kind);
  }
  void publish(RecordKind kind, const std::string& value, const std::string& name = {}) {
    const DomainRecord& wanted = record(kind);
    const dns::RecordType type = kind == RecordKind::mx ? dns::RecordType::mx : dns::RecordType::txt;
    for (const char* server : {"", kFirst, kSecond})
      servers_.publish(server, name.empty() ? wanted.name : name, type, value);
  }
  void publish_all() {
    for (const DomainRecord& wanted : domain_.records) {
      const bool mx = wanted.kind == RecordKind::mx;
      publish(wanted.kind, mx ? options_.mx_host : wanted.expected_value);
    }
  }
  DomainCheck check() {
    std::promise<Result<DomainCheck>> answer;
    checks_->begin(scope_, kDomain, [&](Result<DomainCheck> found) { answer.set_value(std::move(found)); });
    return std::move(answer.get_future().get()).value();
  }
  static std::vector<ServerFinding> findings(const DomainCheck& check, RecordKind kind) {
    std::vector<ServerFinding> found;
    for (const RecordCheck& each : check.records) {
      if (each.record.kind != kind) continue;
      for (const ServerVerdict& verdict : each.verdicts) found.push_back(verdict.finding);
    }
    return found;
  }
  static std::vector<ServerFinding> three(ServerFinding finding) { return {finding, finding, finding}; }

  inline static DomainKeys* keys_ = nullptr;
  const accounts::Scope scope_{1, "ap-guangzhou"};
  testkit::ManualClock clock_;
  testkit::SeededRandom random_;
  testkit::TempDir folder_;
  accounts::SecretBox box_;
  DomainOptions options_;
  FakeServers servers_;
  testkit::TempDatabase database_;
  Domain domain_;
  std::optional<DomainChecks> checks_;
};

TEST_F(DomainCheckTest, asks_the_resolver_and_each_name_server_of_the_zone_above) {
  publish_all();
  const DomainCheck found = check();
  EXPECT_EQ(found.zone, "shop.test");
  ASSERT_EQ(found.records.size(), 4u);
  for (const RecordCheck& each : found.records)
    EXPECT_EQ(findings(found, each.record.kind), three(ServerFinding::right)) << each.record.name;
  const std::vector<ServerVerdict>& verdicts = found.records.front().verdicts;
  EXPECT_EQ(verdicts[0].server, "");
  EXPECT_EQ(verdicts[1].server, "ns1.shop.test");
  EXPECT_EQ(verdicts[1].address, kFirst);
  EXPECT_EQ(found.records.front().host, "mail");
  EXPECT_EQ(found.records[2].host, "sesame2048._domainkey.mail");
  for (const Finding& each : found.look_up.findings) EXPECT_TRUE(each.known && each.matches);
}

TEST_F(DomainCheckTest, says_what_is_wrong_with_an_spf_record) {
  EXPECT_EQ(findings(check(), RecordKind::spf), three(ServerFinding::no_name));
  publish(RecordKind::spf, "hello");
  EXPECT_EQ(findings(check(), RecordKind::spf), three(ServerFinding::no_record));
  publish(RecordKind::spf, "v=spf1 mx ~all");
  EXPECT_EQ(findings(check(), RecordKind::spf), three(ServerFinding::spf_include_missing));
  publish(RecordKind::spf, "v=spf1 include:spf.sesame.test ~all");
  EXPECT_EQ(findings(check(), RecordKind::spf), three(ServerFinding::two_spf));
}

TEST_F(DomainCheckTest, says_what_is_wrong_with_a_key) {
  const DomainRecord& key = record(RecordKind::dkim2048);
  publish(key.kind, key.expected_value.substr(0, 255));
  EXPECT_EQ(findings(check(), key.kind), three(ServerFinding::cut));
  servers_.withdraw(key.name);
  publish(key.kind, key.expected_value.substr(0, 200) + "\" \"" + key.expected_value.substr(200));
  EXPECT_EQ(findings(check(), key.kind), three(ServerFinding::quotes));
  servers_.withdraw(key.name);
  publish(key.kind, "v=DKIM1; p=AAAA");
  EXPECT_EQ(findings(check(), key.kind), three(ServerFinding::different));
  servers_.withdraw(key.name);
  publish(key.kind, key.expected_value, key.name + ".shop.test");
  const DomainCheck found = check();
  EXPECT_EQ(findings(found, key.kind), three(ServerFinding::doubled_host));
  EXPECT_EQ(found.records[2].verdicts[0].value, key.name + ".shop.test.");
}

TEST_F(DomainCheckTest, follows_an_alias_and_names_one_that_leads_nowhere) {
  const DomainRecord& key = record(RecordKind::dkim2048);
  for (const char* server : {"", kFirst, kSecond})
    servers_.publish(server, key.name, dns::RecordType::cname, "keys.sesame.test");
  const DomainCheck found = check();
  EXPECT_EQ(findings(found, key.kind), three(ServerFinding::cname));
  EXPECT_EQ(found.records[2].verdicts[1].value, "keys.sesame.test.");
  servers_.publish("", key.name, dns::RecordType::txt, key.expected_value);  // As the resolver follows it.
  EXPECT_EQ(findings(check(), key.kind), three(ServerFinding::right));
}

TEST_F(DomainCheckTest, tells_the_servers_apart) {
  publish_all();
  servers_.silence(kFirst);
  servers_.withdraw(record(RecordKind::dmarc).name);
  servers_.publish(kSecond, record(RecordKind::dmarc).name, dns::RecordType::txt, "v=DMARC1; p=none");
  EXPECT_EQ(findings(check(), RecordKind::dmarc),
            (std::vector{ServerFinding::no_name, ServerFinding::unreachable, ServerFinding::right}));
  servers_.answer_with(dns::Rcode::server_failure);
  EXPECT_EQ(findings(check(), RecordKind::dmarc).front(), ServerFinding::failed);
}

TEST_F(DomainCheckTest, proves_nothing_by_silence) {
  servers_.hold();
  std::promise<Result<DomainCheck>> answer;
  checks_->begin(scope_, kDomain, [&](Result<DomainCheck> found) { answer.set_value(std::move(found)); });
  testkit::eventually([&] { return servers_.asked("") >= 6; });
  clock_.advance(kRecordsDeadline);
  servers_.answer_none();
  const DomainCheck found = std::move(answer.get_future().get()).value();
  EXPECT_EQ(found.zone, "");
  EXPECT_EQ(findings(found, RecordKind::spf), std::vector{ServerFinding::silent});
  EXPECT_EQ(found.took_ms, 3000);
  for (const Finding& each : found.look_up.findings) EXPECT_FALSE(each.known);
}

TEST_F(DomainCheckTest, asks_no_private_server_unless_it_may) {
  publish_all();
  servers_.withdraw("ns2.shop.test");
  servers_.publish("", "ns2.shop.test", dns::RecordType::a, "10.0.0.53");
  const DomainCheck kept_in = check();
  EXPECT_EQ(findings(kept_in, RecordKind::mx).back(), ServerFinding::not_asked);
  EXPECT_EQ(kept_in.records.front().verdicts.back().address, "") << "it tells nothing about this network";
  EXPECT_EQ(servers_.asked("10.0.0.53"), 0u);
  checks_.emplace(*database_, servers_, clock_, options_, CheckOptions{.allow_private = true});
  EXPECT_EQ(findings(check(), RecordKind::mx).back(), ServerFinding::no_name);
}

TEST_F(DomainCheckTest, runs_few_at_once_for_an_account) {
  servers_.hold();
  std::vector<std::promise<Result<DomainCheck>>> answers(DomainChecks::kPerAccountMax);
  for (auto& answer : answers)
    checks_->begin(scope_, kDomain, [&](Result<DomainCheck> found) { answer.set_value(std::move(found)); });
  std::promise<Result<DomainCheck>> third;
  checks_->begin(scope_, kDomain, [&](Result<DomainCheck> found) { third.set_value(std::move(found)); });
  EXPECT_EQ(third.get_future().get().error().reason(), "senders.check_under_way");
  testkit::eventually([&] { return servers_.asked("") >= 12; });
  servers_.answer_none();
  for (auto& answer : answers) EXPECT_TRUE(answer.get_future().get());
  EXPECT_EQ(check().zone, "shop.test") << "there is room again";
}

TEST_F(DomainCheckTest, knows_only_its_own_domains) {
  std::promise<Result<DomainCheck>> answer;
  checks_->begin({2, "ap-guangzhou"}, kDomain,
                 [&](Result<DomainCheck> found) { answer.set_value(std::move(found)); });
  EXPECT_EQ(answer.get_future().get().error().reason(), "senders.domain_missing");
}

}  // namespace
}  // namespace sesame::senders
