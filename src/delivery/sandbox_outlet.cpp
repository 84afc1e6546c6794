#include "delivery/sandbox_outlet.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "delivery/sample_mailboxes.hpp"

namespace sesame::delivery {

namespace {

smtp::Attempt taken() {
  smtp::Attempt attempt;
  attempt.verdict = smtp::Verdict::delivered;
  attempt.stage = smtp::Stage::dot;
  attempt.code = 250;
  attempt.text = "250 2.0.0 kept in the sandbox inbox";
  attempt.remote = "sandbox";
  return attempt;
}

}  // namespace

void SandboxOutlet::composed(std::vector<Parcel> parcels, std::vector<std::uint64_t>) {
  std::vector<DeliveryReport> reports;
  std::vector<Parcel> not_begun;
  reports.reserve(parcels.size());
  for (Parcel& parcel : parcels) {
    if (!engine_->may_begin(parcel.draft)) {
      not_begun.push_back(std::move(parcel));
      continue;
    }
    std::optional<Chaos::MailAnswer> chaos;
    if (chaos_ != nullptr) chaos = chaos_->answer_mail(parcel.draft.scope.account_id);
    std::optional<smtp::Attempt> answer;
    if (chaos) answer = std::move(chaos->attempt);
    if (!answer) answer = sample_answer(parcel.mail.envelope_to, parcel.draft.attempts);
    if (!answer) keep_copy(parcel);
    parcel.mail.bytes = std::string();
    DeliveryReport report{std::move(parcel), answer ? std::move(*answer) : taken()};
    if (chaos) report.attempt.took = chaos->delay;
    if (chaos && chaos->delay.count() > 0) {
      delayed_.add(*engine_, std::move(report), chaos->delay);
    } else {
      reports.push_back(std::move(report));
    }
  }
  if (!reports.empty()) engine_->attempted(std::move(reports));
  if (!not_begun.empty()) engine_->take_back(std::move(not_begun));
}

void SandboxOutlet::keep_copy(Parcel& parcel) const {
  auto copy = std::make_unique<InboxMail>(pack_mail(parcel.mail.bytes));
  copy->scope = parcel.draft.scope;
  copy->message_id = parcel.draft.message_id;
  copy->from_address = parcel.mail.envelope_from;
  copy->to_address = parcel.mail.envelope_to;
  copy->received_ms = clock_.now_ms();
  parcel.copy = std::move(copy);
}

void SandboxOutlet::store(storage::Writer& writer, std::span<const DeliveryReport> reports) {
  // A commit has mail of few scopes.
  std::vector<std::pair<const accounts::Scope*, std::int64_t>> stored;
  for (const DeliveryReport& one : reports) {
    if (!one.parcel.copy) continue;
    const InboxMail& mail = *one.parcel.copy;
    store_mail(writer, mail);
    auto known = std::ranges::find_if(stored, [&](const auto& each) { return *each.first == mail.scope; });
    if (known == stored.end()) known = stored.emplace(stored.end(), &mail.scope, 0);
    ++known->second;
  }
  for (const auto& [scope, count] : stored) trim_inbox(writer, *scope, count, keep_);
}

}  // namespace sesame::delivery
