#pragma once

#include <functional>
#include <memory>

#include "delivery/outlet.hpp"

namespace sesame::delivery {

/// Two ways out: mail of marked sender domains, and what was ordered in the sandbox (Draft::sandboxed), goes
/// into the sandbox inbox, all other leaves. A mail that the other outlet has, and whose domain is marked
/// meanwhile, is taken back before its dialogue begins and goes into the inbox. Thread: any.
class SplitOutlet final : public Outlet {
 public:
  /// Whether the draft's domain is marked; quick. Thread: any.
  using Marked = std::function<bool(const DueDraft&)>;

  SplitOutlet(std::unique_ptr<Outlet> leaving, std::unique_ptr<Outlet> sandbox, Marked marked);

  void start(Dispatch& engine) override;
  messages::Admission* admission() override { return leaving_->admission(); }
  void submit(std::vector<DueDraft> drafts) override;
  void composed(std::vector<Parcel> parcels, std::vector<std::uint64_t> missing) override;
  void stop(std::chrono::milliseconds patience) override;
  void tick() override { leaving_->tick(); }
  std::optional<OutletTrouble> trouble() const override { return leaving_->trouble(); }
  std::optional<std::int64_t> slow_since_ms() const override { return leaving_->slow_since_ms(); }
  void store(storage::Writer& writer, std::span<const DeliveryReport> reports) override {
    sandbox_->store(writer, reports);
  }

 private:
  /// The engine as the outlet of leaving mail sees it: no dialogue begins for a marked domain.
  class Gate final : public Dispatch {
   public:
    explicit Gate(const Marked& marked) : marked_(marked) {}
    void open(Dispatch& engine) { engine_ = &engine; }

    void compose(std::vector<DueDraft> drafts) override { engine_->compose(std::move(drafts)); }
    bool may_begin(const DueDraft& draft) const override {
      return !marked_(draft) && engine_->may_begin(draft);
    }
    void take_back(std::vector<Parcel> parcels) override { engine_->take_back(std::move(parcels)); }
    void attempted(std::vector<DeliveryReport> reports) override { engine_->attempted(std::move(reports)); }
    void has_room() override { engine_->has_room(); }

   private:
    const Marked& marked_;
    Dispatch* engine_ = nullptr;
  };

  const Marked marked_;
  Gate gate_;
  const std::unique_ptr<Outlet> leaving_;
  const std::unique_ptr<Outlet> sandbox_;
};

}  // namespace sesame::delivery
