#include "returns/incoming_report.hpp"

#include <algorithm>
#include <utility>

#include "mime/read_mail.hpp"

namespace sesame::returns {

IncomingReport read_report(const ArrivedMail& mail, const ReturnAddresses& addresses,
                           const bounces::Classifier& classifier, const IntakeLimits& limits) {
  const std::string_view bytes = std::string_view(mail.bytes).substr(0, limits.read_bytes);
  IncomingReport judged;
  const mime::ReadMail read = mime::read_mail(bytes);
  judged.said = classifier.classify_mail(bytes, read);
  judged.packed = pack_evidence(mail.bytes, limits.kept_bytes);
  judged.envelope_from = mail.envelope_from;
  judged.peer_address = mail.peer_address;
  judged.size_bytes = mail.bytes.size();
  judged.subject = mime::field(read.root, "Subject");
  std::optional<accounts::MailId> named;
  bool looked = false;
  for (const std::string& address : mail.envelope_to) {
    const auto found = addresses.find(address);
    if (!found) continue;
    IncomingReport::Target target{found->mail, address};
    if (found->kind == ReturnAddress::Kind::complaint) {
      if (!std::exchange(looked, true)) named = addresses.find_named(read);
      target.mail = named;
    }
    const bool known = std::ranges::any_of(
        judged.targets, [&](const IncomingReport::Target& other) { return other.mail == target.mail; });
    if (!known) judged.targets.push_back(std::move(target));
  }
  return judged;
}

}  // namespace sesame::returns
