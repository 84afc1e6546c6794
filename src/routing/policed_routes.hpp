#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/thread_safety.hpp"
#include "routing/lru_map.hpp"
#include "routing/routes.hpp"
#include "routing/sts_policies.hpp"
#include "smtp/target.hpp"

namespace sesame::routing {

/// How the policies of destinations are used, by rules that may change.
struct StsUseSource {
  /// The use for a destination with these mail hosts; without hosts, before they are known.
  std::function<smtp::StsUse(std::span<const std::string> hosts, const std::string& destination)> use;
  /// Another number when the rules have changed. Quick.
  std::function<std::uint64_t()> epoch;
};

/// The routes of destinations under their MTA-STS policies. Both are looked up at the same time; a policy
/// that does not come in time, or that cannot be had, leaves the route as it is. Routes and policies outlive
/// it. Thread: any.
class PolicedRoutes {
 public:
  PolicedRoutes(Routes& routes, StsPolicies& policies, StsUseSource uses);

  /// As Routes::find().
  void find(std::string_view domain, Routes::Callback callback);
  /// As Routes::known().
  RoutePtr known(std::string_view domain);

 private:
  /// The plan of a destination under a policy, as long as all that it was made of stays.
  struct Made {
    RoutePtr plain;
    StsPolicyPtr policy;
    std::uint64_t epoch = 0;
    smtp::StsUse use = smtp::StsUse::off;
    RoutePtr route;
    std::string unlisted;  // The hosts that the policy does not name, as they were logged.
  };
  struct Use {
    smtp::StsUse use = smtp::StsUse::off;
    std::uint64_t epoch = 0;  // That of the rules that say it.
  };
  static constexpr std::size_t kMadeMax = 65'536;

  void police(const std::string& destination, const RoutePtr& plain, bool again, Routes::Callback callback);
  Use use_of(const std::string& destination, const RoutePtr& plain);
  RoutePtr make(const std::string& destination, const RoutePtr& plain, const StsPolicyPtr& policy);
  void note_unlisted(Made& made, const std::string& destination, bool has_route,
                     const std::vector<std::string>& unlisted) SESAME_REQUIRES(mutex_);

  Routes& routes_;
  StsPolicies& policies_;
  const StsUseSource uses_;
  Mutex mutex_;
  LruMap<Made> made_ SESAME_GUARDED_BY(mutex_){kMadeMax};
};

}  // namespace sesame::routing
