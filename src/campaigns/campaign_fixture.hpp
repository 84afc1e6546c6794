#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/accounts.hpp"
#include "audience/groups.hpp"
#include "audience/imports.hpp"
#include "audience/merger.hpp"
#include "audience/uploads.hpp"
#include "campaigns/launch.hpp"
#include "campaigns/runner.hpp"
#include "campaigns/tasks.hpp"
#include "content/mailing.hpp"
#include "content/templates.hpp"
#include "senders/addresses.hpp"
#include "senders/domains.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::campaigns {

/// A recipient group, a sender domain, and tasks that mail the group.
class CampaignTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(database_.change(
        [&](storage::Writer& writer) { return accounts::create_account(writer, random_, "shop", 10, 1); }));
    auto box = accounts::SecretBox::open(database_.folder(), random_);
    ASSERT_TRUE(box);
    box_ = std::make_unique<accounts::SecretBox>(std::move(*box));
    signers_ = std::make_unique<senders::SignerCache>(*box_);
    auto uploads = audience::Uploads::open(*database_, clock_, random_, {});
    ASSERT_TRUE(uploads);
    uploads_ = std::move(*uploads);
    add_sender(scope_, "mail.shop.test");
    group_id_ = *database_.change([&](storage::Writer& writer) {
      audience::NewGroup group{"readers", std::nullopt};
      return audience::create_group(writer, scope_, group, 1);
    });
  }

  /// Creates the domain and the address news@ it.
  void add_sender(const accounts::Scope& scope, const std::string& domain_name) {
    static const Result<senders::DomainKeys> keys = senders::make_domain_keys();
    ASSERT_TRUE(keys);
    ASSERT_TRUE(database_.change([&](storage::Writer& writer) {
      senders::NewDomain domain;
      domain.name = domain_name;
      return senders::create_domain(writer, *box_, scope, domain, *keys, 1, {});
    }));
    ASSERT_TRUE(database_.change([&](storage::Writer& writer) {
      return senders::create_address(writer, scope, "news@" + domain_name, "Shop", 1);
    }));
  }

  void upload(const std::vector<std::string>& addresses) {
    const std::vector<std::string_view> views(addresses.begin(), addresses.end());
    auto prepared = audience::prepare_upload(uploads_->rules(), views, 1);
    ASSERT_TRUE(prepared);
    ASSERT_TRUE(database_.change(
        [&](storage::Writer& writer) { return uploads_->accept(writer, scope_, group_id_, *prepared); }));
    audience::Merger merger(*database_, *uploads_);
    merger.wake();
    ASSERT_TRUE(merger.wait_until_idle());
  }

  /// Uploads recipients and removes them again, as the undoing of an import does; their places stay.
  void upload_and_remove(const std::vector<std::string>& addresses) {
    std::vector<audience::RowWithData> rows;
    for (const std::string& address : addresses) rows.push_back({address, {}});
    const auto prepared = audience::prepare_part(uploads_->rules(), rows, {}, clock_.now_ms());
    ASSERT_TRUE(prepared);
    const auto import = database_.change([&](storage::Writer& writer) -> Result<audience::Import> {
      const auto begun = audience::begin_import(writer, scope_, {.group_id = group_id_}, {}, clock_.now_ms());
      if (!begun) return begun;
      return audience::add_part(writer, *uploads_, scope_, {begun->id, 1, 1, true}, &*prepared,
                                clock_.now_ms());
    });
    ASSERT_TRUE(import) << import.error().reason();
    remove(import->id);
  }
  void remove(std::int64_t import_id) {
    ASSERT_TRUE(database_.change([&](storage::Writer& writer) {
      return audience::begin_undo(writer, scope_, import_id, clock_.now_ms());
    }));
    audience::Merger merger(*database_, *uploads_);
    merger.wake();
    ASSERT_TRUE(merger.wait_until_idle());
  }
  std::vector<std::string> readers(int count) {
    std::vector<std::string> addresses;
    for (int i = 0; i < count; ++i) addresses.push_back("reader" + std::to_string(i) + "@post.test");
    return addresses;
  }

  std::string packed_mailing() {
    content::Mailing mailing;
    mailing.from = {"Shop", "news@mail.shop.test"};
    mailing.subject = "Hello";
    mailing.text = "Good news";
    return content::pack_mailing(mailing);
  }

  NewTask new_task(std::uint32_t bound, const std::string& mailing) {
    NewTask task;
    task.scope = scope_;
    task.app_id = "1251000000";
    task.group_id = group_id_;
    task.sender = "Shop <news@mail.shop.test>";
    task.sender_domain = "mail.shop.test";
    task.mailing = mailing;
    task.bound = bound;
    task.requested = bound;
    task.now_ms = clock_.now_ms();
    return task;
  }

  std::int64_t start(std::uint32_t bound, const std::string& mailing, std::int64_t requested = -1) {
    NewTask task = new_task(bound, mailing);
    if (requested >= 0) task.requested = requested;
    const OrdinalRange whole[] = {{0, bound}};
    return start(task, whole);
  }
  std::int64_t start(const NewTask& task, std::span<const OrdinalRange> blocks) {
    return database_.change(
        [&](storage::Writer& writer) { return start_task(writer, random_, task, blocks); });
  }

  std::int64_t make_template(const std::string& text) {
    return *database_.change([&](storage::Writer& writer) {
      return content::create_template(writer, scope_, "news", "", text, clock_.now_ms());
    });
  }

  TaskOrder order() {
    TaskOrder order;
    order.scope = scope_;
    order.app_id = "1251000000";
    order.group_id = group_id_;
    order.sender = "Shop <news@mail.shop.test>";
    order.subject = "Hello";
    order.draft.subject = "Hello";
    order.draft.text = "Good news";
    return order;
  }

  Result<std::int64_t> plan(const Schedule& schedule, const TaskOrder& order) {
    return database_.change([&](storage::Writer& writer) -> Result<std::int64_t> {
      auto run = prepare_run(writer, order, clock_.now_ms());
      if (!run) return std::move(run).error();
      return plan_task(writer, run->task, schedule, content::pack_mailing(order.draft));
    });
  }

  void set_verified(bool verified) {
    static constexpr storage::Sql kSet{"test.set_verified",
                                       "UPDATE sender_domain SET verified_ms = CASE ?1 WHEN 1 THEN 1 END"};
    database_.change([verified](storage::Writer& writer) { writer.run(kSet, verified ? 1 : 0); });
  }

  void delete_templates() {
    static constexpr storage::Sql kVersions{"test.delete_versions", "DELETE FROM template_version"};
    static constexpr storage::Sql kTemplates{"test.delete_templates", "DELETE FROM template"};
    database_.change([](storage::Writer& writer) {
      writer.run(kVersions);
      writer.run(kTemplates);
    });
  }

  std::size_t runs_of(std::int64_t task_id) {
    static constexpr storage::Sql kRuns{"test.runs", "SELECT COUNT(*) FROM run WHERE task_id = ?1"};
    return database_.look([&](storage::Reader& reader) {
      const auto row = reader.query(kRuns, task_id);
      row->next();
      return row->next_integer<std::size_t>();
    });
  }

  std::vector<messages::Draft> take_all(Runner& runner) {
    std::vector<messages::Draft> all;
    for (auto some = runner.take(10); !some.empty(); some = runner.take(10)) {
      for (messages::Draft& letter : some) all.push_back(std::move(letter));
    }
    return all;
  }

  void control(Status (*action)(storage::Writer&, const accounts::Scope&, std::int64_t, std::int64_t),
               std::int64_t task_id) {
    EXPECT_TRUE(database_->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) {
      return action(writer, scope_, task_id, clock_.now_ms());
    }));
  }

  void record(const std::vector<messages::Draft>& letters, LedgerState state) {
    std::vector<LedgerEntry> entries;
    for (const messages::Draft& letter : letters)
      entries.push_back({letter.id.parent_id, letter.id.ordinal, state});
    database_.change([&](storage::Writer& writer) { record_outcomes(writer, entries, clock_.now_ms()); });
  }

  Task task(std::int64_t id) {
    return *database_.look([&](storage::Reader& reader) { return get_task(reader, scope_, id); });
  }

  testkit::TempDatabase database_;
  messages::Changes changes_{*database_};
  testkit::ManualClock clock_;
  testkit::SeededRandom random_{7};
  const accounts::Scope scope_{1, "ap-guangzhou"};
  std::unique_ptr<accounts::SecretBox> box_;
  std::unique_ptr<senders::SignerCache> signers_;
  std::unique_ptr<audience::Uploads> uploads_;
  std::int64_t group_id_ = 0;
};

}  // namespace sesame::campaigns
