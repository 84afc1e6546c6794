#include "delivery/unrouted.hpp"

#include <utility>

namespace sesame::delivery {
namespace {

/// The attempt at a destination that has no servers.
smtp::Attempt attempt_without(const routing::NoRoute& route) {
  using Kind = routing::NoRoute::Kind;
  smtp::Attempt attempt;
  const bool later =
      route.kind == Kind::suspect || route.kind == Kind::unsure || route.kind == Kind::unreachable;
  attempt.verdict = later ? smtp::Verdict::deferred : smtp::Verdict::refused;
  attempt.stage = smtp::Stage::connect;
  attempt.enhanced = route.enhanced;
  attempt.text = route.enhanced + " " + route.text;
  return attempt;
}

}  // namespace

std::vector<DeliveryReport> reports_without_route(std::vector<DueDraft> drafts,
                                                  const routing::NoRoute& route) {
  const smtp::Attempt attempt = attempt_without(route);
  std::vector<DeliveryReport> reports;
  reports.reserve(drafts.size());
  for (DueDraft& draft : drafts) {
    draft.compose = nullptr;  // It may keep the whole mailing alive.
    DeliveryReport& report = reports.emplace_back();
    report.parcel.draft = std::move(draft);
    report.attempt = attempt;
  }
  return reports;
}

}  // namespace sesame::delivery
