#include "mime/searchable.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

bool finds(std::string_view part, std::string_view address) {
  return searchable_address(address).find(folded(part)) != std::string::npos;
}

TEST(SearchableAddress, is_found_by_both_forms_of_its_domain_and_without_case) {
  const std::vector<std::tuple<std::string, std::string, bool>> cases = {
      {"ann@", "Ann@shop.test", true},
      {"ANN@SHOP", "ann@shop.test", true},
      {"müller.test", "ann@xn--mller-kva.test", true},
      {"MÜLLER.test", "ann@xn--mller-kva.test", true},
      {"xn--mller", "ann@müller.test", true},
      {"ann@müller.test", "ann@xn--mller-kva.test", true},
      {"ÄNNE@", "änne@shop.test", true},
      {"例子", "ann@xn--fsqu00a.test", true},
      {"ann@xn--fsqu00a", "ann@例子.test", true},
      {"muller", "ann@xn--mller-kva.test", false},
      {"bob", "ann@müller.test", false},
  };
  for (const auto& [part, address, found] : cases)
    EXPECT_EQ(finds(part, address), found) << part << " " << address;
}

TEST(SearchableAddress, is_made_of_any_bytes) {
  EXPECT_TRUE(finds("ann", "ann"));
  EXPECT_TRUE(finds("xn--", "ann@xn--\xff.test"));
  EXPECT_TRUE(finds("@", "@"));
  EXPECT_EQ(searchable_address(""), "");
}

}  // namespace
}  // namespace sesame::mime
