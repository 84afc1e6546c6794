#include "delivery/known_site.hpp"

#include <algorithm>
#include <utility>

namespace sesame::delivery {
namespace {

using Time = Site::Time;

/// Time for connections to notice that they were aborted.
constexpr std::chrono::seconds kAbortPatience{2};

/// False when not all are quiet by then.
bool wait_until(Time time, const std::vector<KnownSite>& sites, const Clock& clock) {
  return std::ranges::all_of(sites, [&](const KnownSite& one) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(time - clock.steady_now());
    return one.site->wait_until_quiet(std::max(left, std::chrono::milliseconds(0)));
  });
}

}  // namespace

std::map<std::uint64_t, ComposedMail> by_site(std::vector<Parcel> parcels,
                                              const std::vector<std::uint64_t>& missing) {
  std::map<std::uint64_t, ComposedMail> sites;
  for (Parcel& parcel : parcels) {
    ComposedMail& mail = sites[parcel.draft.site_number];
    mail.parcels.push_back(std::move(parcel));
    ++mail.ordered;
  }
  for (const std::uint64_t number : missing) ++sites[number].ordered;
  return sites;
}

void stop_sites(const std::vector<KnownSite>& sites, net::Loops& loops, const Clock& clock,
                std::chrono::milliseconds patience) {
  const Time end = clock.steady_now() + patience;
  for (const KnownSite& one : sites) one.site->stop();
  if (!wait_until(end, sites, clock)) {
    for (const KnownSite& one : sites) loops.post(one.lane->loop(), [lane = one.lane] { lane->abort(); });
    wait_until(clock.steady_now() + kAbortPatience, sites, clock);
  }
  for (const KnownSite& one : sites) one.site->close();
}

}  // namespace sesame::delivery
