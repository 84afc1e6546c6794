#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "messages/admission.hpp"

namespace sesame::delivery {

/// The crowds of mail that waits since its sender's domain is held at a site. Thread: one.
class SenderCrowds {
 public:
  struct Crowd {
    std::uint64_t site = 0;
    std::string sender;
  };

  /// The crowd of a sender at a site; a new one gets the number behind `last_number`.
  messages::Crowd of(std::uint64_t site, std::string_view sender, std::uint64_t& last_number) {
    const auto [place, is_new] = numbers_.try_emplace({site, std::string(sender)}, last_number + 1);
    if (is_new) crowds_[++last_number] = {site, std::string(sender)};
    return place->second;
  }
  /// Null for the number of another crowd, and of one that has ended.
  const Crowd* find(messages::Crowd number) const {
    const auto found = crowds_.find(number);
    return found == crowds_.end() ? nullptr : &found->second;
  }
  /// Ends a crowd: its sender is held no more.
  void end(messages::Crowd number) {
    const auto crowd = crowds_.find(number);
    if (crowd == crowds_.end()) return;
    numbers_.erase({crowd->second.site, crowd->second.sender});
    crowds_.erase(crowd);
  }
  /// Ends the crowds of a site.
  void end_site(std::uint64_t site) {
    const auto begin = numbers_.lower_bound({site, std::string()});
    const auto end = numbers_.lower_bound({site + 1, std::string()});
    for (auto each = begin; each != end; ++each) crowds_.erase(each->second);
    numbers_.erase(begin, end);
  }

 private:
  std::map<std::pair<std::uint64_t, std::string>, messages::Crowd> numbers_;
  std::map<messages::Crowd, Crowd> crowds_;
};

}  // namespace sesame::delivery
