#include "submission/accept_mail.hpp"

#include <set>
#include <utility>

#include "campaigns/unsubscribe_default.hpp"
#include "senders/addresses.hpp"

namespace sesame::submission {

namespace {

std::vector<std::string> without_repeats(const std::vector<std::string>& addresses) {
  std::set<std::string> seen;
  std::vector<std::string> different;
  for (const std::string& address : addresses) {
    if (seen.insert(mime::canonical_address(address)).second) different.push_back(address);
  }
  return different;
}

/// The mailing's From is the sender address; the mail may show another one of the same domain (as SES:
/// SendEmail.HeaderFrom), which the composer checks.
void show_author(const mime::Mailbox& author, content::Mailing& mailing) {
  const bool same = mime::canonical_address(author.address) == mime::canonical_address(mailing.from.address);
  if (!same) {
    mailing.author = author;
  } else if (!author.display_name.empty()) {
    mailing.from.display_name = author.display_name;
  }
}

}  // namespace

Result<std::string> accept_mail(storage::Writer& writer, const campaigns::SendIntake& send_intake,
                                const MailOrder& order) {
  const accounts::Scope& scope = order.login.scope;
  auto sender = senders::resolve_sender(writer, scope, order.login.address);
  if (!sender) return std::move(sender).error();
  content::Mailing mailing = order.mail.mailing;
  mailing.from = sender->mailbox;
  show_author(order.mail.from, mailing);
  campaigns::fill_unsubscribe(writer, scope, mailing);

  campaigns::NewSend send;
  send.scope = scope;
  send.app_id = order.login.app_id;
  send.from_address = sender->mailbox.address;
  send.sender_domain = sender->domain;
  send.header_id = order.mail.header_id;
  send.to = without_repeats(order.recipients);
  send.addressees = order.mail.addressees;
  send.now_ms = order.now_ms;
  send.call = {.request_id = "", .credential = order.login.address, .client = "smtp"};
  const auto stored = send_intake.accept(writer, mailing, mailing.attachments, std::move(send));
  if (!stored) return stored.error();
  return stored.value().message_id;
}

}  // namespace sesame::submission
