#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

namespace sesame::bench {

/// Recipients like those of real lists: all different, domains by Zipf's law, equal in every run.
class People {
 public:
  People() {
    double sum = 0;
    for (std::size_t i = 0; i < kDomains; ++i) shares_.push_back(sum += 1.0 / static_cast<double>(i + 1));
  }
  std::string next() {
    const double at = static_cast<double>(draw() >> 11) * 0x1p-53 * shares_.back();
    const std::size_t domain =
        std::min<std::size_t>(std::ranges::upper_bound(shares_, at) - shares_.begin(), kDomains - 1);
    const char* const joints[] = {".", "_", ""};
    std::string address = kFirst[draw() % std::size(kFirst)];
    address.append(joints[draw() % 3]).append(kLast[draw() % std::size(kLast)]);
    address.append(std::to_string(number_ += 1 + draw() % 7));
    return address.append("@mail")
        .append(std::to_string(domain * 7))
        .append(domain % 3 ? ".provider.test" : ".test");
  }

 private:
  static constexpr std::size_t kDomains = 20;
  static constexpr const char* kFirst[] = {
      "james", "mary",   "john",   "anna",    "wei",   "olga",   "ivan", "maria", "jose",  "fatima",
      "lars",  "ingrid", "pierre", "claire",  "luca",  "giulia", "hans", "greta", "noah",  "emma",
      "liam",  "olivia", "yuki",   "hiroshi", "ahmed", "pedro",  "sven", "elena", "david", "sarah"};
  static constexpr const char* kLast[] = {
      "smith", "johnson", "garcia", "miller",  "martinez", "lopez",  "wilson",   "anderson", "taylor",
      "moore", "martin",  "lee",    "perez",   "white",    "harris", "clark",    "lewis",    "walker",
      "young", "king",    "wright", "nguyen",  "flores",   "zhang",  "wang",     "liu",      "chen",
      "yang",  "ivanov",  "tanaka", "mueller", "rossi",    "silva",  "kowalski", "novak",    "hansen"};

  /// SplitMix64 (Steele, Lea, Flood 2014).
  std::uint64_t draw() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_ = 7;
  std::vector<double> shares_;
  std::uint64_t number_ = 0;
};

}  // namespace sesame::bench
