#include <gtest/gtest.h>

#include <random>

#include "audience/audience_fixture.hpp"
#include "mime/address.hpp"

namespace sesame::audience {
namespace {

constexpr ErrorName kChangedMyMind{"test.changed_my_mind", Fault::state};

/// Random uploads against a set of keys as the model: the counts and the content of the groups stay exact
/// through restarts, merges and rollbacks.
class RepeatsTest : public AudienceTest, public testing::WithParamInterface<int> {
 protected:
  struct Model {
    std::int64_t id = 0;
    std::set<std::string> keys;
    std::vector<std::string> addresses;
    std::uint64_t invalid = 0;
  };

  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }

  std::string address(std::uint64_t person) {
    const std::string number = std::to_string(person);
    switch (below(8)) {
      case 0:
        return "USER" + number + "@Example.test";
      case 1:
        return "user" + number + "@bücher.test";
      case 2:
        return "User" + number + "@XN--bcher-kva.test";
      case 3:
        return "broken" + number;
      case 4:
        return "BROKEN" + number;
      case 5:
        return "поль" + number + "@x.test";
      default:
        return "user" + number + "@example.test";
    }
  }

  std::vector<std::string> batch(std::uint64_t people) {
    const std::uint64_t sizes[] = {1, 2, 7, 40, 300};
    std::vector<std::string> rows(sizes[below(5)]);
    for (std::string& row : rows) row = below(50) == 0 ? std::string() : address(below(people));
    return rows;
  }

  /// The answer that the upload must give; new addresses are added to the model.
  static UploadCounts expect(Model& model, const std::vector<std::string>& rows) {
    UploadCounts counts{.total = rows.size()};
    for (const std::string& row : rows) {
      if (row.empty()) {
        ++counts.empty;
      } else if (!model.keys.insert(mime::canonical_address(row)).second) {
        ++counts.repeat;
      } else {
        ++counts.valid;
        model.addresses.push_back(row);
        model.invalid += mime::check_address(row) != mime::AddressFault::none;
      }
    }
    return counts;
  }

  void upload_one(Model& model, std::uint64_t people) {
    const std::vector<std::string> rows = batch(people);
    const UploadCounts expected = expect(model, rows);
    const auto counts = upload(model.id, rows);
    ASSERT_TRUE(counts) << counts.error().reason();
    ASSERT_EQ(counts->total, expected.total);
    ASSERT_EQ(counts->valid, expected.valid);
    ASSERT_EQ(counts->repeat, expected.repeat);
    ASSERT_EQ(counts->empty, expected.empty);
  }

  /// An upload and a merging step, undone at the end of the job.
  void upload_in_vain(const Model& model, std::uint64_t people) {
    const std::vector<std::string> rows = batch(people);
    const std::vector<std::string_view> views(rows.begin(), rows.end());
    const Status undone =
        database_->write_and_wait(storage::Priority::bulk, [&](storage::Writer& w) -> Status {
          auto prepared = prepare_upload(uploads_->rules(), views, now());
          EXPECT_TRUE(uploads_->accept(w, scope_, model.id, *prepared));
          return Error(kChangedMyMind);
        });
    EXPECT_FALSE(undone);
  }

  std::mt19937_64 engine_{static_cast<std::uint64_t>(GetParam())};
};

TEST_P(RepeatsTest, are_exact_whatever_happens_in_between) {
  GroupOptions options = tiny_options();
  // The former evicts at every change of group.
  options.index_cache_bytes = GetParam() % 2 == 0 ? 1 : 48 << 20;
  open(options);
  Model models[3];
  for (int i = 0; i < 3; ++i) models[i].id = group("group" + std::to_string(i));
  for (int round = 0; round < 150; ++round) {
    Model& model = models[below(3)];
    upload_one(model, 3'000);
    if (HasFatalFailure()) return;
    clock_.advance(std::chrono::milliseconds(below(5)));
    if (below(2) == 0) merge_once();
    if (below(10) == 0) upload_in_vain(models[below(3)], 3'000);
    if (below(25) == 0) restart();
  }
  merge_all();
  for (const Model& model : models) {
    EXPECT_EQ(look(model.id).recipients(), model.keys.size());
    EXPECT_EQ(look(model.id).invalid, model.invalid);
    EXPECT_EQ(addresses(model.id), model.addresses);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RepeatsTest, testing::Range(1, 9));

}  // namespace
}  // namespace sesame::audience
