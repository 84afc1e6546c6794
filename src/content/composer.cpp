#include "content/composer.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "content/body.hpp"
#include "content/errors.hpp"
#include "content/rendering.hpp"
#include "content/tracked_html.hpp"
#include "content/unsubscribe_footer.hpp"
#include "dkim/signer.hpp"
#include "mime/message.hpp"

namespace sesame::content {
namespace {

constexpr std::size_t kMessageIdBytesMax = 250;  // With its name and brackets it must fit a line of 998.

Result<mime::Mailbox> mailbox(std::string_view text, const ErrorName& name) {
  Result<mime::Mailbox> read = mime::parse_mailbox(text);
  if (!read) return Error(name).with("value", std::string(text)).because(std::string(read.error().reason()));
  return read;
}

std::vector<mime::Mailbox> nameless(const std::vector<std::string>& addresses) {
  std::vector<mime::Mailbox> mailboxes;
  mailboxes.reserve(addresses.size());
  for (const std::string& address : addresses) mailboxes.push_back({{}, address});
  return mailboxes;
}

void append_addressees(std::string& out, const Addressees& addressees) {
  mime::append_address_header(out, "To", addressees.to);
  mime::append_address_header(out, "Cc", addressees.cc);
  // Some servers refuse a mail without a recipient in its header (RFC 5322 §3.6.3 and appendix A.1.3 show
  // this form).
  if (addressees.to.empty() && addressees.cc.empty()) out += "To: undisclosed-recipients:;\r\n";
}

// RFC 5322 §3.6.4 allows less, but visible ASCII without brackets can at least not break the header.
bool is_message_id_legal(std::string_view id) {
  const auto visible = [](char c) { return c > ' ' && c < 0x7f && c != '<' && c != '>'; };
  return !id.empty() && id.size() <= kMessageIdBytesMax && std::all_of(id.begin(), id.end(), visible);
}

Status check_recipients(const Letter& letter) {
  for (const auto* addresses : {&letter.to, &letter.cc}) {
    for (const std::string& address : *addresses) {
      if (mime::check_address(address) != mime::AddressFault::none)
        return Error(errors::kRecipientIllegal).with("value", address);
    }
  }
  if (!letter.addressees) return Done{};
  for (const auto* mailboxes : {&letter.addressees->to, &letter.addressees->cc}) {
    for (const mime::Mailbox& mailbox : *mailboxes) {
      if (mime::check_address(mailbox.address) != mime::AddressFault::none)
        return Error(errors::kRecipientIllegal).with("value", mailbox.address);
    }
  }
  return Done{};
}

/// With two such headers it would be chance which one a mail program uses.
bool brings_own_unsubscribe(const std::vector<Header>& headers) {
  return std::ranges::any_of(headers, [](const Header& header) {
    return ascii::iequals(header.first, "List-Unsubscribe") ||
           ascii::iequals(header.first, "List-Unsubscribe-Post");
  });
}

/// The html part with the additions at the end of its body, in the order of this list.
PartSource html_source(const Mailing& mailing, const Links* links) {
  if (mailing.html.empty() || links == nullptr || !links->has_url()) return Template(mailing.html);
  std::vector<Addition> additions;
  if (mailing.track_opens) additions.push_back(open_pixel());
  return mailing.track_clicks ? track_links(mailing.html, *links, additions)
                              : with_additions(mailing.html, additions);
}

}  // namespace

struct Composer::Parts {
  std::string envelope_from;
  std::string first_fields;   // From.
  std::string subject_field;  // When it has no placeholders.
  Template subject;
  std::string last_fields;  // The fields behind Message-ID, with the empty line.
  Body body;
  MissingPolicy missing = MissingPolicy::leave;
  std::vector<std::string> names;
  const Links* links = nullptr;
  std::string unsubscribe;  // The option that the links name; may be empty.
  bool unsubscribe_header = false;
  std::vector<std::shared_ptr<const dkim::Signer>> signers;

  /// Does all the checks that create() makes.
  Status begin(const Mailing& mailing);
  Status add_addresses(const Mailing& mailing);
  Status check_values(const Variables& values) const;
  bool returns() const { return links != nullptr && links->has_return_path(); }
  std::string header(const Letter& letter, const Variables& values) const;
  void append_unsubscribe(std::string& fields, const accounts::MailId& id) const;
  std::string signatures(std::string_view header, std::string_view body, std::int64_t now_s) const;
};

Status Composer::Parts::add_addresses(const Mailing& mailing) {
  mime::Mailbox shown = mailing.from;
  const auto from_domain = mime::ascii_domain(mime::domain_of(shown.address));
  if (mime::check_address(shown.address) != mime::AddressFault::none || !from_domain)
    return Error(errors::kFromIllegal).with("value", shown.address);
  if (mailing.author || !mailing.header_from.empty()) {
    Result<mime::Mailbox> other = mailing.author ? Result<mime::Mailbox>(*mailing.author)
                                                 : mailbox(mailing.header_from, errors::kHeaderFromIllegal);
    if (!other) return std::move(other).error();
    // The signatures are made for this domain only (RFC 7489 §3.1).
    const auto domain = mime::ascii_domain(mime::domain_of(other->address));
    if (mime::check_address(other->address) != mime::AddressFault::none || domain != from_domain)
      return Error(errors::kHeaderFromForeign)
          .with("value", mailing.author ? other->address : mailing.header_from)
          .with("sender_domain", *from_domain);
    shown = std::move(*other);
  }
  mime::append_address_header(first_fields, "From", std::span(&shown, 1));
  for (const mime::Mailbox& one : mailing.answers_to) {
    if (mime::check_address(one.address) != mime::AddressFault::none)
      return Error(errors::kReplyToIllegal).with("value", one.address);
  }
  mime::append_address_header(first_fields, "Reply-To", mailing.answers_to);
  if (mailing.answers_to.empty() && !mailing.reply_to.empty()) {
    Result<mime::Mailbox> reply_to = mailbox(mailing.reply_to, errors::kReplyToIllegal);
    if (!reply_to) return std::move(reply_to).error();
    mime::append_address_header(first_fields, "Reply-To", std::span(&*reply_to, 1));
  }
  const std::string& bounces_to =
      mailing.envelope_from.empty() ? mailing.from.address : mailing.envelope_from;
  const auto envelope = mime::envelope_address(bounces_to);
  if (!envelope) return Error(errors::kFromIllegal).with("value", bounces_to);
  envelope_from = *envelope;
  return Done{};
}

Status Composer::Parts::check_values(const Variables& values) const {
  if (missing == MissingPolicy::leave) return Done{};
  std::string without_value;
  for (const std::string& name : names) {
    if (values.find(name) != nullptr) continue;
    if (!without_value.empty()) without_value += ',';
    without_value += name;
  }
  if (without_value.empty()) return Done{};
  return Error(errors::kVariablesMissing).with("names", std::move(without_value));
}

std::string Composer::Parts::header(const Letter& letter, const Variables& values) const {
  std::string fields;
  fields.reserve(first_fields.size() + subject_field.size() + last_fields.size() + 512);
  fields += first_fields;
  append_addressees(
      fields, letter.addressees ? *letter.addressees : Addressees{nameless(letter.to), nameless(letter.cc)});
  if (subject.constant()) {
    fields += subject_field;
  } else {
    std::string text;
    subject.render(values, Escaping::header, text);
    mime::append_header(fields, "Subject", text);
  }
  mime::append_date(fields, letter.date_s);
  mime::append_message_id(fields, letter.message_id);
  append_unsubscribe(fields, letter.id);
  if (returns()) mime::append_header(fields, Links::kReferenceField, links->reference(letter.id));
  fields += last_fields;
  return fields;
}

/// RFC 8058 §3.1. The field is never folded, however long: some programs don't unfold it.
void Composer::Parts::append_unsubscribe(std::string& fields, const accounts::MailId& id) const {
  if (!unsubscribe_header) return;
  fields.append("List-Unsubscribe: <").append(links->unsubscribe_url(id, unsubscribe)).append(">\r\n");
  fields += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
}

std::string Composer::Parts::signatures(std::string_view header, std::string_view text,
                                        std::int64_t now_s) const {
  std::string fields;
  if (signers.empty()) return fields;
  const std::string hash = body.constant_hash().empty() ? dkim::body_hash(text) : body.constant_hash();
  for (const auto& signer : signers) fields += signer->header_for(header, hash, now_s);
  return fields;
}

Status Composer::Parts::begin(const Mailing& mailing) {
  if (mailing.html.empty() && mailing.text.empty()) return Error(errors::kEmpty);
  if (Status checked = check_headers(mailing.headers, kSubmittedHeaders); !checked) return checked;
  return add_addresses(mailing);
}

Status Composer::check(const Mailing& mailing) { return Parts().begin(mailing); }

Result<Composer> Composer::create(Mailing mailing, const Links* links) {
  auto parts = std::make_unique<Parts>();
  parts->links = links;
  if (Status begun = parts->begin(mailing); !begun) return std::move(begun).error();

  parts->subject = Template(mailing.subject);
  parts->names = placeholder_names({parts->subject, Template(mailing.html), Template(mailing.text)});
  if (const UnsubscribeOption option = offered_option(mailing, links); option != 0) {
    parts->unsubscribe = std::to_string(option);
    parts->unsubscribe_header = !brings_own_unsubscribe(mailing.headers);
    add_unsubscribe_footers(mailing, option);
  }
  mime::append_header(parts->subject_field, "Subject", mailing.subject);
  parts->body = Body(html_source(mailing, links), Template(mailing.text), mailing.attachments);
  for (const auto& [name, value] : mailing.headers) mime::append_any_header(parts->last_fields, name, value);
  mime::append_mime_version(parts->last_fields);
  parts->last_fields += parts->body.headers();
  parts->last_fields += "\r\n";
  parts->missing = mailing.missing;
  parts->signers = std::move(mailing.signers);
  if (!parts->signers.empty()) parts->body.hash_constant();
  return Composer(std::move(parts));
}

Result<Mail> Composer::compose(const Letter& letter) const {
  Variables values;
  if (!letter.data_json.empty()) {
    Result<Variables> read = parse_variables(letter.data_json);
    if (!read) return std::move(read).error();
    values = std::move(*read);
  }
  if (Status checked = parts_->check_values(values); !checked) return std::move(checked).error();
  if (Status checked = check_recipients(letter); !checked) return std::move(checked).error();
  if (!is_message_id_legal(letter.message_id))
    return Error(errors::kMessageIdIllegal).with("value", letter.message_id);
  const auto envelope_to = mime::envelope_address(letter.envelope_to);
  if (!envelope_to) return Error(errors::kRecipientIllegal).with("value", letter.envelope_to);

  if (!parts_->unsubscribe.empty())
    values.set(kUnsubscribeVariable, parts_->links->unsubscribe_url(letter.id, parts_->unsubscribe));
  std::string bytes = parts_->header(letter, values);
  const std::size_t header_bytes = bytes.size();
  bytes.reserve(header_bytes + parts_->body.typical_bytes());
  parts_->body.append(bytes, {values, parts_->links, letter.id});
  const std::string_view message = bytes;
  const std::string signatures =
      parts_->signatures(message.substr(0, header_bytes), message.substr(header_bytes), letter.date_s);
  if (!signatures.empty()) bytes.insert(0, signatures);
  std::string from = parts_->returns() ? parts_->links->return_path(letter.id) : parts_->envelope_from;
  return Mail{std::move(from), *envelope_to, std::move(bytes)};
}

const std::vector<std::string>& Composer::variable_names() const { return parts_->names; }

Composer::Composer(std::unique_ptr<const Parts> parts) : parts_(std::move(parts)) {}
Composer::Composer(Composer&&) noexcept = default;
Composer& Composer::operator=(Composer&&) noexcept = default;
Composer::~Composer() = default;

}  // namespace sesame::content
