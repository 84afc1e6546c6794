#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "audience/blocks.hpp"
#include "audience/details.hpp"
#include "audience/groups.hpp"
#include "audience/merger.hpp"
#include "audience/uploads.hpp"
#include "gtest/gtest.h"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

/// The vocabulary of this room's tests: groups are created, filled, merged and read in a real database.
namespace sesame::audience {

class AudienceTest : public testing::Test {
 protected:
  /// Small enough that a few hundred recipients reach every level of the index and every kind of merge.
  static GroupOptions tiny_options() {
    GroupOptions options;
    options.recipients_per_group = 0;
    options.index_run_entries = 16;
    options.index_fanout = 3;
    options.index_chunk_entries = 5;
    return options;
  }

  void open(const GroupOptions& options = {}) {
    options_ = options;
    auto opened = Uploads::open(*database_, clock_, random_, options);
    ASSERT_TRUE(opened) << opened.error().reason();
    uploads_ = std::move(*opened);
  }
  /// Opens everything again, as a start of the program does.
  void restart() {
    uploads_.reset();
    database_.reopen();
    open(options_);
  }

  std::int64_t group(std::string_view name = "friends") {
    auto id =
        database_.change([&](storage::Writer& w) { return create_group(w, scope_, {.name = name}, now()); });
    EXPECT_TRUE(id);
    return id ? *id : 0;
  }

  Result<UploadCounts> upload(std::int64_t group_id, const std::vector<std::string>& addresses) {
    const std::vector<std::string_view> views(addresses.begin(), addresses.end());
    return accept(group_id, prepare_upload(uploads_->rules(), views, now()));
  }
  Result<UploadCounts> upload_data(std::int64_t group_id, const std::vector<RowWithData>& rows) {
    return accept(group_id, prepare_upload(uploads_->rules(), rows, now()));
  }
  Result<UploadCounts> accept(std::int64_t group_id, Result<PreparedUpload> prepared) {
    if (!prepared) return prepared.error();
    return database_.change(
        [&](storage::Writer& w) { return uploads_->accept(w, scope_, group_id, *prepared); });
  }

  bool merge_once() {
    auto more = database_.change([&](storage::Writer& w) { return uploads_->merge_some(w); });
    EXPECT_TRUE(more) << more.error().reason() << ": " << more.error().cause();
    return more && *more;
  }
  void merge_all() {
    for (int step = 0; step < 10'000; ++step) {
      if (!merge_once()) return;
    }
    ADD_FAILURE() << "merging never ends";
  }

  Group look(std::int64_t group_id) {
    auto found = database_.look([&](storage::Reader& r) { return find_group(r, scope_, group_id); });
    EXPECT_TRUE(found);
    return found ? *found : Group{};
  }
  DetailPage details(std::int64_t group_id, DetailFilter filter = {}) {
    auto page = database_.look([&](storage::Reader& r) { return list_details(r, scope_, group_id, filter); });
    EXPECT_TRUE(page) << page.error().reason();
    return page ? *page : DetailPage{};
  }
  std::vector<std::string> addresses(std::int64_t group_id) {
    std::vector<std::string> found;
    for (const Detail& detail : details(group_id, {.limit = 1'000'000}).details)
      found.push_back(detail.address);
    return found;
  }
  std::vector<BlockRef> blocks(std::int64_t group_id) {
    return database_.look([&](storage::Reader& r) { return list_blocks(r, group_id, 0, 1'000'000); });
  }
  std::int64_t rows_in(const std::string& table) {
    const std::string text = "SELECT count(*) FROM " + table;
    return database_.look([&](storage::Reader& r) {
      const auto row = r.query(storage::Sql{"test.count", text});
      row->next();
      return row->next_integer();
    });
  }

  std::int64_t now() const { return clock_.now_ms(); }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  testkit::SeededRandom random_;
  const accounts::Scope scope_{1, "ap-guangzhou"};
  GroupOptions options_;
  std::unique_ptr<Uploads> uploads_;
};

/// The reason of a refusal, "" for success: for EXPECT_EQ.
template <class T>
std::string refusal(const Result<T>& result) {
  return result ? std::string() : std::string(result.error().reason());
}

}  // namespace sesame::audience
