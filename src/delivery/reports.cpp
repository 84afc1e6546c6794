#include "delivery/reports.hpp"

#include <optional>
#include <string>
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

DeliveryReport report_of(Parcel mail, const Refusal& why, bool attempted) {
  mail.mail.bytes = std::string();
  mail.draft.compose = nullptr;  // It may keep the whole mailing alive.
  DeliveryReport report;
  report.parcel = std::move(mail);
  report.attempt = why.failed;
  report.attempted = attempted;
  report.retry_in = why.retry_in;
  return report;
}

std::vector<DeliveryReport> reports_of_held(std::vector<DueDraft>& drafts, const SitePace& paced) {
  std::vector<DueDraft> left;
  std::vector<DeliveryReport> reports;
  for (DueDraft& draft : drafts) {
    if (const std::optional<Refusal> held = paced.refusal_of(draft)) {
      Parcel mail;
      mail.draft = std::move(draft);
      reports.push_back(report_of(std::move(mail), *held, false));
    } else {
      left.push_back(std::move(draft));
    }
  }
  drafts = std::move(left);
  return reports;
}

std::vector<DeliveryReport> reports_without_route(std::vector<DueDraft> drafts,
                                                  const routing::NoRoute& route) {
  const Refusal why{attempt_without(route), std::nullopt};
  std::vector<DeliveryReport> reports;
  reports.reserve(drafts.size());
  for (DueDraft& draft : drafts) {
    Parcel mail;
    mail.draft = std::move(draft);
    reports.push_back(report_of(std::move(mail), why, true));
  }
  return reports;
}

}  // namespace sesame::delivery
