#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "messages/admission.hpp"

namespace sesame::testkit {

/// An Admission whose rooms a test sets: each domain is a crowd of its own until it is moved, and has room
/// without end until the test gives it some. Thread: one.
class ScriptedAdmission final : public messages::Admission {
 public:
  /// The places that a domain's crowd has left; they last until they are taken.
  void give(const std::string& domain, std::size_t places) { places_[crowd_of(domain)] = places; }
  /// From now on mail to the domain waits for this crowd.
  void move(const std::string& domain, messages::Crowd crowd) { crowds_[domain] = crowd; }

  void begin_look() override {}
  std::optional<messages::Crowd> ask(const messages::PlaceRequest& mail) override {
    if (mail.sandboxed) return std::nullopt;
    ++asked;
    const messages::Crowd crowd = crowd_of(std::string(mail.domain));
    const auto places = places_.find(crowd);
    if (places == places_.end()) return std::nullopt;
    if (places->second == 0) return crowd;
    --places->second;
    return std::nullopt;
  }
  std::size_t room(messages::Crowd crowd) override {
    const auto places = places_.find(crowd);
    return places == places_.end() ? 1'000'000 : places->second;
  }
  messages::Crowd crowd_of(const std::string& domain) {
    return crowds_.try_emplace(domain, 100 + crowds_.size()).first->second;
  }

  std::size_t asked = 0;  // Questions by ask().

 private:
  std::map<std::string, messages::Crowd> crowds_;
  std::map<messages::Crowd, std::size_t> places_;
};

}  // namespace sesame::testkit
