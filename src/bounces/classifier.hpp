#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bounces/bounce_mail.hpp"
#include "bounces/classification.hpp"
#include "bounces/rules.hpp"
#include "bounces/server_reply.hpp"

namespace sesame::bounces {

struct ClassifiedRecipient {
  std::string address;           // As the mail writes it; may be empty.
  std::string original_address;  // Before forwarding, if the mail says so.
  std::string action;            // failed, delayed, delivered, ..., or empty.
  Classification classification;
};

/// The meaning of a mail that came back.
struct ClassifiedMail {
  BounceMail::Kind kind = BounceMail::Kind::other;
  std::string feedback_type;
  std::string source_ip;
  std::vector<ClassifiedRecipient> recipients;  // In the order of the mail; empty for ordinary mail.
  ReturnedMail returned;
};

/// Finds why mail failed, from servers' replies and from mails that came back, by rules that are data. Words
/// count more than enhanced codes, and these more than reply codes. Immutable, pure, with bounded input: see
/// kNoticeTextBytes, kNoticesMax and mime::ReadLimits. Thread: any.
class Classifier {
 public:
  /// `rules` outlives it.
  explicit Classifier(const BounceRules& rules = BounceRules::built_in()) : rules_(&rules) {}

  /// Classifies by these rules from now on; what is classified at the moment may still use the others. Both
  /// outlive it.
  void use(const BounceRules& rules) { rules_ = &rules; }

  /// Classifies a refusal in the SMTP dialogue, as it was recorded: code, enhanced code, text.
  Classification classify_reply(std::string_view reply) const;
  /// Classifies a refusal of which the server and the refused command are known.
  Classification classify_reply(const ServerReply& reply) const;

  /// Classifies a whole mail that came back.
  ClassifiedMail classify_mail(std::string_view bytes) const;
  /// Classifies a mail of which `read` is read_mail() of its `bytes`.
  ClassifiedMail classify_mail(std::string_view bytes, const mime::ReadMail& read) const;

 private:
  Classification classify(Notice notice, std::string_view sources, bool auto_reply) const;
  bool classify_nested(const Notice& notice, const Facts& outer, Classification& made) const;
  PlainText searched(std::string_view text) const;
  const BounceRule* first_fit(const Facts& facts, bool by_words, bool weak) const;

  std::atomic<const BounceRules*> rules_;
};

/// Classifies a reply by the built-in rules.
Classification classify_reply(std::string_view reply);

}  // namespace sesame::bounces
