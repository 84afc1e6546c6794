#include "delivery/sandbox_outlet.hpp"

#include <utility>

namespace sesame::delivery {

void SandboxOutlet::submit(std::vector<Parcel> parcels) {
  std::vector<DeliveryReport> handed;
  handed.reserve(parcels.size());
  for (Parcel& parcel : parcels) {
    auto copy = std::make_unique<InboxMail>(pack_mail(parcel.mail.bytes));
    copy->scope = parcel.draft.scope;
    copy->message_id = parcel.draft.message_id;
    copy->from_address = parcel.mail.envelope_from;
    copy->to_address = parcel.mail.envelope_to;
    copy->received_ms = clock_.now_ms();
    parcel.copy = std::move(copy);
    parcel.mail.bytes = std::string();
    smtp::Attempt attempt;
    attempt.verdict = smtp::Verdict::delivered;
    attempt.stage = smtp::Stage::dot;
    attempt.code = 250;
    attempt.text = "250 2.0.0 kept in the sandbox inbox";
    attempt.remote = "sandbox";
    handed.push_back(DeliveryReport{std::move(parcel), std::move(attempt)});
  }
  deliver_(std::move(handed));
}

void SandboxOutlet::store(storage::Writer& writer, std::span<const DeliveryReport> handed) {
  for (const DeliveryReport& one : handed) {
    if (one.parcel.copy) store_mail(writer, *one.parcel.copy);
  }
  if (!handed.empty()) trim_inbox(writer, keep_);
}

}  // namespace sesame::delivery
