#include "audience/unsubscribes.hpp"

#include "audience/audience_fixture.hpp"
#include "audience/suppression.hpp"

namespace sesame::audience {
namespace {

constexpr auto kUnsubscribed = UnsubscribeReason::unsubscribed;
constexpr auto kComplained = UnsubscribeReason::complained;

class UnsubscribesTest : public AudienceTest {
 protected:
  void SetUp() override { open(); }

  bool add(std::string_view address, std::string_view domain = "shop.test",
           UnsubscribeReason reason = kUnsubscribed) {
    return database_.change([&](storage::Writer& writer) {
      return add_unsubscribe(writer, {scope_, domain, address, reason, now()});
    });
  }
  std::optional<UnsubscribeReason> find(std::string_view address, std::string_view domain = "shop.test") {
    return find_in(scope_, address, domain);
  }
  std::optional<UnsubscribeReason> find_in(const accounts::Scope& scope, std::string_view address,
                                           std::string_view domain = "shop.test") {
    return database_.look(
        [&](storage::Reader& reader) { return find_unsubscribe(reader, scope, domain, address); });
  }
  std::size_t remove(const std::vector<std::string>& addresses) {
    return database_.change(
        [&](storage::Writer& writer) { return remove_unsubscribes(writer, scope_, "shop.test", addresses); });
  }
  UnsubscribeList list(const UnsubscribeFilter& filter = {}) {
    return database_.look([&](storage::Reader& reader) { return list_unsubscribes(reader, scope_, filter); });
  }
  Suppression of(std::string_view address, std::string_view domain) {
    return database_.look([&](storage::Reader& reader) {
      return find_suppressed(reader, scope_, domain, std::span(&address, 1), {}, now()).front();
    });
  }
};

TEST_F(UnsubscribesTest, concern_one_domain_of_one_account_in_one_region) {
  EXPECT_TRUE(add("Ann@post.test"));
  EXPECT_EQ(find("ann@POST.test"), kUnsubscribed);
  EXPECT_EQ(find("ann@post.test", "other.test"), std::nullopt);
  EXPECT_EQ(find_in({scope_.account_id + 1, scope_.region}, "ann@post.test"), std::nullopt);
  EXPECT_EQ(find_in({scope_.account_id, "ap-hongkong"}, "ann@post.test"), std::nullopt);
  EXPECT_EQ(find("bob@post.test"), std::nullopt);
}

TEST_F(UnsubscribesTest, keep_mail_of_that_domain_away) {
  add("ann@post.test");
  EXPECT_EQ(of("ANN@post.test", "shop.test"), Suppression::unsubscribed);
  EXPECT_EQ(of("ann@post.test", "other.test"), Suppression::none);
  EXPECT_EQ(of("bob@post.test", "shop.test"), Suppression::none);
  EXPECT_EQ(static_cast<int>(Suppression::unsubscribed), 1013);
}

TEST_F(UnsubscribesTest, are_noted_once_and_a_complaint_is_the_stronger_word) {
  EXPECT_TRUE(add("ann@post.test"));
  EXPECT_FALSE(add("ann@post.test"));
  EXPECT_FALSE(add("ann@post.test", "shop.test", kComplained));
  EXPECT_FALSE(add("ann@post.test"));
  EXPECT_EQ(find("ann@post.test"), kComplained);
  EXPECT_EQ(list().total, 1U);
}

TEST_F(UnsubscribesTest, end_when_they_are_taken_off) {
  add("ann@post.test");
  add("ann@post.test", "other.test");
  EXPECT_EQ(remove({"ANN@post.test", "nobody@post.test"}), 1U);
  EXPECT_EQ(find("ann@post.test"), std::nullopt);
  EXPECT_EQ(find("ann@post.test", "other.test"), kUnsubscribed);
  EXPECT_TRUE(add("ann@post.test"));
}

TEST_F(UnsubscribesTest, are_listed_page_by_page_the_newest_first) {
  for (int i = 0; i < 5; ++i) add("reader" + std::to_string(i) + "@post.test");
  add("reader1@post.test", "other.test", kComplained);
  UnsubscribeFilter filter;
  filter.offset = 1;
  filter.limit = 2;
  const UnsubscribeList page = list(filter);
  EXPECT_EQ(page.total, 6U);
  ASSERT_EQ(page.entries.size(), 2U);
  EXPECT_EQ(page.entries[0].address, "reader4@post.test");
  EXPECT_EQ(page.entries[1].address, "reader3@post.test");

  UnsubscribeFilter domain;
  domain.sender_domain = "other.test";
  ASSERT_EQ(list(domain).entries.size(), 1U);
  EXPECT_EQ(list(domain).entries[0].reason, kComplained);

  UnsubscribeFilter person;
  person.address = "READER1@post.test";
  EXPECT_EQ(list(person).total, 2U);
  person.sender_domain = "shop.test";
  person.offset = 1;
  EXPECT_EQ(list(person).total, 1U);
  EXPECT_TRUE(list(person).entries.empty());
  filter.offset = 6;
  EXPECT_TRUE(list(filter).entries.empty());
}

TEST_F(UnsubscribesTest, are_found_by_the_index_however_many_there_are) {
  const auto plan = database_.look([&](storage::Reader& reader) {
    const auto rows = reader.query(
        {"test.plan",
         "EXPLAIN QUERY PLAN SELECT canonical FROM unsubscribe WHERE hash = ?1 AND account_id = ?2 AND "
         "region = ?3 AND sender_domain = ?4"},
        1, 1, "ap-guangzhou", "shop.test");
    return rows->next() ? (rows->skip(3), std::string(rows->next_text())) : std::string();
  });
  EXPECT_NE(plan.find("unsubscribe_by_hash (hash=? AND account_id=? AND region=? AND sender_domain=?)"),
            std::string::npos)
      << plan;
}

}  // namespace
}  // namespace sesame::audience
