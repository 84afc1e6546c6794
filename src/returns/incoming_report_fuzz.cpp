#include <cstdint>
#include <cstdlib>

#include "base/utf8.hpp"
#include "returns/incoming_report.hpp"

namespace {

using namespace sesame;

content::MailTokens::Key some_key() {
  content::MailTokens::Key key;
  key.fill(4);
  return key;
}

}  // namespace

// For every mail to a complaint address, no sent mail is found without the key, shown text is valid, and the
// evidence is limited.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const content::MailTokens tokens(some_key());
  static const returns::ReturnAddresses addresses(tokens, "back.shop.test", {"abuse"});
  static const bounces::Classifier classifier;
  static const returns::IntakeLimits limits{.read_bytes = 100'000, .kept_bytes = 1000};
  returns::ArrivedMail mail;
  mail.envelope_to = {"abuse@back.shop.test"};
  mail.bytes.assign(reinterpret_cast<const char*>(data), size);
  const returns::IncomingReport judged = read_report(mail, addresses, classifier, limits);
  if (judged.targets.size() != 1 || judged.targets[0].mail) std::abort();
  if (judged.packed.kept_bytes > 1000) std::abort();
  for (const bounces::ClassifiedRecipient& said : judged.said.recipients) {
    if (!utf8::valid(said.address) || !utf8::storable(said.classification.evidence)) std::abort();
  }
  addresses.find(std::string_view(mail.bytes).substr(0, 400));
  return 0;
}
