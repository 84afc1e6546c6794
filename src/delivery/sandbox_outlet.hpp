#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "base/setting.hpp"
#include "delivery/chaos.hpp"
#include "delivery/delayed_reports.hpp"
#include "delivery/outlet.hpp"

namespace sesame::delivery {

struct SandboxOptions {
  std::int64_t inbox_mails = 100'000;

  void visit(SettingVisitor& settings) {
    settings.number("sandbox.inbox_mails", inbox_mails, {1, 1'000'000'000},
                    "newest mails that the sandbox inbox keeps of each account in a region");
  }
};

/// Delivers every mail into the sandbox inbox; no mail leaves the machine. Compresses on the composers'
/// threads. Chaos answers for the server that is not there, as an account has asked for.
class SandboxOutlet final : public Outlet {
 public:
  /// Keeps the newest `keep` mails of each scope. `clock` and `chaos` outlive it; without chaos every mail is
  /// taken.
  SandboxOutlet(std::int64_t keep, const Clock& clock, const Chaos* chaos = nullptr)
      : keep_(keep), clock_(clock), chaos_(chaos), delayed_(clock) {}

  void start(Dispatch& engine) override { engine_ = &engine; }
  void submit(std::vector<DueDraft> drafts) override { engine_->compose(std::move(drafts)); }
  void composed(std::vector<Parcel> parcels, std::vector<std::uint64_t> missing) override;
  void stop(std::chrono::milliseconds) override { delayed_.stop(); }
  void store(storage::Writer& writer, std::span<const DeliveryReport> reports) override;

 private:
  void keep_copy(Parcel& parcel) const;

  const std::int64_t keep_;
  const Clock& clock_;
  const Chaos* const chaos_;
  DelayedReports delayed_;
  Dispatch* engine_ = nullptr;
};

}  // namespace sesame::delivery
