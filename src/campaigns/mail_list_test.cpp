#include "campaigns/mail_list.hpp"

#include <chrono>
#include <set>

#include "base/beijing_time.hpp"
#include "campaigns/recipients_fixture.hpp"

namespace sesame::campaigns {
namespace {

using messages::DeliverStatus;

class MailListTest : public RecipientListTest {
 protected:
  MailList list(MailListQuery query) {
    query.scope = scope_;
    return database_.look([&](storage::Reader& reader) { return list_mails(reader, query); });
  }
  /// All pages of `limit` rows, as a caller reads them.
  std::vector<ListedMail> all(MailListQuery query, std::size_t limit = 3) {
    query.limit = limit;
    std::vector<ListedMail> mails;
    for (;;) {
      MailList page = list(query);
      EXPECT_LE(page.mails.size(), limit);
      for (ListedMail& mail : page.mails) mails.push_back(std::move(mail));
      if (!page.next) return mails;
      query.after = page.next;
    }
  }
  static std::vector<std::string> addresses(const std::vector<ListedMail>& mails) {
    std::vector<std::string> found;
    for (const ListedMail& mail : mails) found.push_back(mail.to_address);
    return found;
  }
  std::int64_t begin_task() {
    return *database_.change([&](storage::Writer& writer) -> Result<std::int64_t> {
      const auto run = prepare_run(writer, order(), clock_.now_ms());
      if (!run) return run.error();
      return start_task(writer, random_, run->task, run->blocks);
    });
  }
  /// Mails the whole group with one task; returns its id.
  std::int64_t mail_group(DeliverStatus status, const std::string& text, int send_status = 0) {
    const std::int64_t id = begin_task();
    Runner runner = make_runner();
    auto drafts = take_all(runner);
    finish(drafts, status, text, send_status);
    return id;
  }
};

TEST_F(MailListTest, lists_the_newest_first_and_every_row_once) {
  upload(readers(10));
  mail_group(DeliverStatus::delivered, "250 ok");
  clock_.advance(std::chrono::hours(24));
  mail_group(DeliverStatus::refused, "550 5.1.1 no such user");
  const auto mails = all({});
  ASSERT_EQ(mails.size(), 20U);
  for (std::size_t i = 1; i < mails.size(); ++i) EXPECT_LT(mails[i].row_id, mails[i - 1].row_id);
  EXPECT_EQ(mails.front().state(), RecipientState::refused);
  EXPECT_EQ(mails.front().subject, "Hello");
  EXPECT_NE(mails.front().task_id, mails.back().task_id);
  MailListQuery of_day;
  of_day.day = mails.back().request_day;
  EXPECT_EQ(all(of_day).size(), 10U);
}

TEST_F(MailListTest, lists_a_task_by_place_and_a_recipient_by_day) {
  upload(readers(7));
  const std::int64_t first = mail_group(DeliverStatus::delivered, "250 ok");
  clock_.advance(std::chrono::hours(24));
  mail_group(DeliverStatus::deferred, "451 later");
  MailListQuery of_task;
  of_task.task_id = first;
  const auto mails = all(of_task);
  ASSERT_EQ(mails.size(), 7U);
  EXPECT_EQ(mails.front().to_address, "reader6@post.test");
  EXPECT_EQ(mails.back().to_address, "reader0@post.test");
  of_task.task_id = first + 100;
  EXPECT_TRUE(all(of_task).empty());
  MailListQuery of_recipient;
  of_recipient.to_address = "Reader3@POST.test";
  const auto to_one = all(of_recipient, 1);
  ASSERT_EQ(to_one.size(), 2U);
  EXPECT_EQ(to_one.front().state(), RecipientState::deferred);
}

TEST_F(MailListTest, finds_a_mail_of_a_run_by_its_message_id_also_days_after_the_runs_start) {
  upload(readers(5));
  const std::int64_t id = begin_task();
  Runner runner = make_runner();
  auto drafts = take_all(runner);
  clock_.advance(std::chrono::hours(72));
  for (messages::Draft& draft : drafts) draft.requested_ms = clock_.now_ms();
  finish(drafts, DeliverStatus::delivered, "250 ok");
  MailListQuery query;
  query.message_id = drafts[2].message_id;
  const MailList found = list(query);
  ASSERT_EQ(found.mails.size(), 1U);
  EXPECT_FALSE(found.next);
  EXPECT_EQ(found.mails[0].id.ordinal, drafts[2].id.ordinal);
  EXPECT_EQ(found.mails[0].task_id, id);
  query.message_id += "x";
  EXPECT_TRUE(list(query).mails.empty());
}

TEST_F(MailListTest, filters_row_by_row_and_says_how_far_it_came) {
  upload(readers(6));
  mail_group(DeliverStatus::delivered, "250 ok");
  clock_.advance(std::chrono::hours(1));
  mail_group(DeliverStatus::dropped, "not sent: blocked", 3020);
  MailListQuery query;
  query.state = RecipientState::withheld;
  EXPECT_EQ(all(query).size(), 6U);
  query.state = RecipientState::dropped;
  const MailList none = list(query);
  EXPECT_TRUE(none.mails.empty());
  EXPECT_FALSE(none.next);
  EXPECT_EQ(none.scanned, 12U);
  EXPECT_GT(none.scanned_to_ms, 0);
  query.state.reset();
  query.to_domain = "post.test";
  EXPECT_EQ(all(query).size(), 12U);
  query.to_domain = "test";
  EXPECT_EQ(all(query).size(), 12U);
  query.to_domain = "ost.test";
  EXPECT_TRUE(all(query).empty());
  query = {};
  query.from_address = "NEWS@mail.shop.test";
  EXPECT_EQ(all(query).size(), 12U);
  query.from_address = "other@mail.shop.test";
  EXPECT_TRUE(all(query).empty());
  query = {};
  query.template_id = 12345;
  EXPECT_TRUE(all(query).empty());
}

TEST_F(MailListTest, hides_the_mails_of_other_scopes) {
  upload(readers(3));
  const std::int64_t id = mail_group(DeliverStatus::delivered, "250 ok");
  for (const accounts::Scope& scope :
       {accounts::Scope{2, scope_.region}, accounts::Scope{1, "ap-hongkong"}}) {
    const auto mails = [&](MailListQuery query) {
      query.scope = scope;
      return database_.look([&](storage::Reader& reader) { return list_mails(reader, query).mails.size(); });
    };
    MailListQuery query;
    EXPECT_EQ(mails(query), 0U);
    query.task_id = id;
    EXPECT_EQ(mails(query), 0U);
    query = {};
    query.to_address = "reader1@post.test";
    EXPECT_EQ(mails(query), 0U);
    query = {};
    query.message_id = all({}).front().message_id;
    EXPECT_EQ(mails(query), 0U);
  }
}

}  // namespace
}  // namespace sesame::campaigns
