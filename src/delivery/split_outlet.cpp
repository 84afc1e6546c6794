#include "delivery/split_outlet.hpp"

#include <utility>

namespace sesame::delivery {

SplitOutlet::SplitOutlet(std::unique_ptr<Outlet> leaving, std::unique_ptr<Outlet> sandbox, Marked marked)
    : marked_(std::move(marked)),
      gate_(marked_),
      leaving_(std::move(leaving)),
      sandbox_(std::move(sandbox)) {}

void SplitOutlet::start(Dispatch& engine) {
  gate_.open(engine);
  sandbox_->start(engine);
  leaving_->start(gate_);
}

void SplitOutlet::submit(std::vector<DueDraft> drafts) {
  std::vector<DueDraft> leaving;
  std::vector<DueDraft> kept;
  for (DueDraft& draft : drafts) {
    draft.for_sandbox = draft.sandboxed || marked_(draft);
    (draft.for_sandbox ? kept : leaving).push_back(std::move(draft));
  }
  if (!kept.empty()) sandbox_->submit(std::move(kept));
  if (!leaving.empty()) leaving_->submit(std::move(leaving));
}

void SplitOutlet::composed(std::vector<Parcel> parcels, std::vector<std::uint64_t> missing) {
  std::vector<Parcel> leaving;
  std::vector<Parcel> kept;
  for (Parcel& parcel : parcels) (parcel.draft.for_sandbox ? kept : leaving).push_back(std::move(parcel));
  if (!kept.empty()) sandbox_->composed(std::move(kept), {});
  if (!leaving.empty() || !missing.empty()) leaving_->composed(std::move(leaving), std::move(missing));
}

void SplitOutlet::stop(std::chrono::milliseconds patience) {
  leaving_->stop(patience);
  sandbox_->stop(patience);
}

}  // namespace sesame::delivery
