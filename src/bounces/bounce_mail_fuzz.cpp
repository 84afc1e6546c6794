#include <cstdint>
#include <cstdlib>

#include "base/utf8.hpp"
#include "bounces/classifier.hpp"
#include "bounces/reply_reader.hpp"
#include "bounces/retry_hint.hpp"

namespace {

void check(const sesame::bounces::Classification& found) {
  if (!sesame::utf8::valid(found.evidence)) std::abort();
  for (const char c : found.evidence) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
  }
  if (sesame::bounces::suppresses(found) && !sesame::bounces::is_hard(found.bounce_class)) std::abort();
}

}  // namespace

// For every input, evidence is printable UTF-8, the number of recipients is limited, only hard classes
// suppress, and a hint to retry is within its bounds. The bytes are read as a mail and as a server's reply.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const sesame::bounces::Classifier classifier;
  const sesame::bounces::ClassifiedMail mail = classifier.classify_mail(bytes);
  if (mail.recipients.size() > sesame::bounces::kNoticesMax) std::abort();
  for (const sesame::bounces::ClassifiedRecipient& each : mail.recipients) check(each.classification);
  check(classifier.classify_reply(bytes));
  static const sesame::bounces::Providers providers;
  static const sesame::bounces::ReplyReader reader(classifier, providers);
  reader.read({.host = "mx.shop.test", .command = "RCPT", .text = bytes});
  const auto pause = sesame::bounces::retry_hint(bytes);
  if (pause && (*pause < sesame::bounces::kRetryHintMin || *pause > sesame::bounces::kRetryHintMax))
    std::abort();
  return 0;
}
