#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "cloudapi/flatten.hpp"
#include "cloudapi/form.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

constexpr int kRoundsPerAction = 200;

// Parameters of the types an action is described with, and of nothing else.
class FlattenPropertyTest : public testing::Test {
 protected:
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.next() % bound); }

  std::string text() {
    static constexpr std::string_view kPieces[] = {"a", "1",  "0",    ".", " ",  "&",  "=",  "%",
                                                   "+", "\"", "true", "é", "中", "\n", "{}", "null"};
    std::string made;
    for (std::size_t i = below(6); i > 0; --i) made += kPieces[below(std::size(kPieces))];
    return made;
  }
  json::value scalar(Type type) {
    if (type == Type::boolean) return json::value(below(2) == 0);
    if (type == Type::uint64) {
      // As a parser gives it: signed while it fits.
      const std::uint64_t number = below(2) == 0 ? below(100) : random_.next();
      return number > INT64_MAX ? json::value(number) : json::value(static_cast<std::int64_t>(number));
    }
    if (type == Type::int64) return json::value(static_cast<std::int64_t>(random_.next()));
    return json::value(text());
  }
  json::value value(const Field& field) {
    if (field.type == Type::object) return object(field.structure->fields, true);
    if (field.type != Type::array) return scalar(field.type);
    json::array array;
    for (std::size_t i = 1 + below(12); i > 0; --i) {
      array.push_back(field.item == Type::object ? json::value(object(field.structure->fields, true))
                                                 : scalar(field.item));
    }
    return array;
  }
  /// `some`: not empty, since an empty object leaves no trace in the flat form.
  json::object object(const std::vector<Field>& fields, bool some) {
    json::object made;
    do {
      for (const Field& field : fields) {
        if (below(2) == 0) made[field.name] = value(field);
      }
    } while (some && made.empty());
    return made;
  }

  testkit::SeededRandom random_{20261123};
};

TEST_F(FlattenPropertyTest, unflatten_is_the_inverse_for_every_action_and_any_order) {
  for (const ActionDescription& action : description().actions) {
    for (int i = 0; i < kRoundsPerAction; ++i) {
      const json::object parameters = object(action.input, false);
      std::vector<Parameter> flat = flatten(parameters);
      for (std::size_t left = flat.size(); left > 1; --left) std::swap(flat[left - 1], flat[below(left)]);
      const auto again = unflatten(action, flat);
      ASSERT_TRUE(again) << action.name << " " << json::serialize(parameters);
      ASSERT_EQ(*again, parameters) << action.name;
    }
  }
}

TEST_F(FlattenPropertyTest, flatten_is_the_inverse_of_what_unflatten_took) {
  for (const ActionDescription& action : description().actions) {
    for (int i = 0; i < kRoundsPerAction; ++i) {
      std::vector<Parameter> flat = flatten(object(action.input, false));
      const auto parameters = unflatten(action, flat);
      ASSERT_TRUE(parameters) << action.name;
      std::vector<Parameter> again = flatten(*parameters);
      std::ranges::sort(flat);
      std::ranges::sort(again);
      ASSERT_EQ(again, flat) << action.name;
    }
  }
}

}  // namespace
}  // namespace sesame::cloudapi
