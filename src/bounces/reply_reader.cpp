#include "bounces/reply_reader.hpp"

#include "bounces/retry_hint.hpp"

namespace sesame::bounces {
namespace {

bool before_mail(std::string_view command) { return command == "CONN" || command == "HELO"; }

/// The signal of a reply of which only the class and the codes are known.
Signal signal_by_class(BounceClass bounce_class, unsigned code) {
  switch (bounce_class) {
    case BounceClass::hard_unknown_user:
    case BounceClass::hard_unknown_domain:
      return Signal::unknown_user;
    case BounceClass::hard_other:
      return Signal::recipient_refuses;
    case BounceClass::soft_mailbox_full:
      return Signal::mailbox_full;
    case BounceClass::soft_temporary:
      return Signal::server_error;
    case BounceClass::soft_too_big:
      return Signal::too_big;
    case BounceClass::policy_spam:
      return Signal::content;
    case BounceClass::policy_auth:
      return Signal::auth;
    case BounceClass::policy_rate:
      return Signal::rate;
    case BounceClass::complaint:
    case BounceClass::auto_reply:
    case BounceClass::other:
      break;
  }
  // RFC 5321 §4.2.4, RFC 5321 §4.1.1.11: the command, its order or its parameters.
  const bool misunderstood = (code >= 500 && code <= 504) || code == 555;
  if (misunderstood) return Signal::protocol;
  return code == 0 || code / 100 == 4 ? Signal::server_error : Signal::other;
}

bool is_about_recipient(Signal signal) {
  return signal == Signal::unknown_user || signal == Signal::moved || signal == Signal::recipient_refuses ||
         signal == Signal::mailbox_full;
}

/// Corrects signal, scope and class of a reply to a command before RCPT: a server that has seen no recipient
/// and no content speaks about who connects, and at MAIL about the sender.
void judge_without_recipient(Meaning& meaning, std::string_view command, unsigned code) {
  const bool first = before_mail(command);
  if (is_hard(meaning.bounce_class) || meaning.bounce_class == BounceClass::soft_mailbox_full)
    meaning.bounce_class = first || code / 100 == 4 ? BounceClass::soft_temporary : BounceClass::policy_spam;
  if (is_about_recipient(meaning.signal)) meaning.signal = signal_by_class(meaning.bounce_class, code);
  if (first && meaning.signal == Signal::content) meaning.signal = Signal::blocked;
  if (first && meaning.scope != Scope::provider) meaning.scope = Scope::path;
  if (meaning.scope == Scope::recipient)
    meaning.scope = meaning.signal == Signal::content ? Scope::sender_domain : Scope::path;
}

}  // namespace

Meaning ReplyReader::read(const ServerReply& reply) const {
  Meaning meaning;
  const unsigned code = reply.known_code();
  if (code / 100 == 2) {
    meaning.signal = Signal::accepted;
    return meaning;
  }
  const Classification found = classifier_.classify_reply(reply);
  meaning.bounce_class = found.bounce_class;
  RuleMeaning said = found.meaning;
  meaning.rule = found.rule;
  const Provider* provider = providers_.find(reply.host);
  const BounceRule* own = provider == nullptr ? nullptr : provider->first_fit(facts_of(reply));
  if (own != nullptr) {
    said = own->meaning;
    meaning.rule = own->name;
    meaning.provider = provider->name;
  }
  meaning.signal = said.signal.value_or(signal_by_class(found.bounce_class, code));
  const Scope scope_of_rule = said.scope.value_or(usual_scope(meaning.signal));
  meaning.scope = scope_of_rule;
  if (!(said.signal && said.names_command) && (before_mail(reply.command) || reply.command == "MAIL"))
    judge_without_recipient(meaning, reply.command, code);
  // A hold is measured for what its rule is about: that of a recipient is too much for a whole server.
  if (meaning.scope == scope_of_rule) meaning.hold = said.hold;
  // RFC 5321 §4.2.1: the server closes the connection, whatever the mail is.
  if (code == 421 && meaning.signal == Signal::server_error && !said.scope) meaning.scope = Scope::path;
  // A pause in the words of a reply that ends the mail is about something else: an account, a list.
  if (code / 100 == 5 && !is_wanted_later(meaning.signal)) return meaning;
  meaning.retry_after = retry_hint(reply.text);
  return meaning;
}

}  // namespace sesame::bounces
