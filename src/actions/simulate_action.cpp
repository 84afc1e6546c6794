#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <utility>

#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/mail_rows.hpp"
#include "base/utf8.hpp"
#include "campaigns/mail_list.hpp"
#include "delivery/inbox.hpp"
#include "effects/sent_mail.hpp"
#include "mime/address.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCodes[] = {
    {errors::kMailMissing, "ResourceNotFound"},
    {errors::kMailNotInInbox, "ResourceNotFound"},
};

constexpr std::string_view kHardReply = "550 5.1.1 simulated: no such user";
constexpr std::string_view kSoftReply = "452 4.2.2 simulated: mailbox full";

struct Simulation {
  accounts::Scope scope;
  std::string message_id;
  std::string to_address;  // Empty: the first recipient.
  std::string event;
  std::string reply;
  std::string link;
  std::int64_t now_ms = 0;
};

/// The event as real life would report it; nullopt for `delivered`, which changes nothing.
std::optional<effects::MailEvent> event_of(const Simulation& simulation, const accounts::MailId& mail,
                                           const bounces::Classifier& classifier) {
  constexpr std::array<std::pair<std::string_view, effects::EventKind>, 6> kKinds{
      {{"soft_bounce", effects::EventKind::bounce},
       {"hard_bounce", effects::EventKind::bounce},
       {"complaint", effects::EventKind::spamreport},
       {"unsubscribe", effects::EventKind::unsubscribe},
       {"open", effects::EventKind::open},
       {"click", effects::EventKind::click}}};
  const auto* const kind =
      std::ranges::find(kKinds, simulation.event, &std::pair<std::string_view, effects::EventKind>::first);
  if (kind == kKinds.end()) return std::nullopt;
  effects::MailEvent event;
  event.kind = kind->second;
  event.mail = mail;
  event.happened_ms = simulation.now_ms;
  event.simulated = true;
  event.link = simulation.link;
  event.user_agent = "Sesame event simulator";
  if (event.kind == effects::EventKind::bounce) {
    const bool hard = simulation.event == "hard_bounce";
    event.reason = simulation.reply.empty() ? std::string(hard ? kHardReply : kSoftReply) : simulation.reply;
    event.hard = bounces::suppresses(classifier.classify_reply(event.reason));
  }
  return event;
}

/// The mail that is meant: its row, and its copy in the inbox.
struct InboxMailKey {
  std::int64_t row_id = 0;
  std::int64_t inbox_id = 0;
};

Result<InboxMailKey> find_mail(storage::Reader& reader, const Simulation& simulation) {
  const std::vector<campaigns::ListedMail> mails =
      campaigns::find_mails(reader, simulation.scope, simulation.message_id);
  const std::string wanted = mime::canonical_address(simulation.to_address);
  const auto mail = std::ranges::find_if(mails, [&](const campaigns::ListedMail& one) {
    return simulation.to_address.empty() || mime::canonical_address(one.to_address) == wanted;
  });
  if (mail == mails.end()) return Error(errors::kMailMissing).with("value", simulation.message_id);
  const auto kept = delivery::find_inbox_id(reader, mail->scope, mail->message_id, mail->to_address);
  if (!kept) return Error(errors::kMailNotInInbox).with("value", simulation.message_id);
  return InboxMailKey{mail->row_id, *kept};
}

/// Two look-ups by a key before it changes anything: commits of others wait for this job.
Answer simulate(storage::Writer& writer, const Simulation& simulation, const InboxMailKey& found,
                const SimulateParts& parts) {
  const auto mail = campaigns::find_mail(writer, simulation.scope, found.row_id);
  if (!mail || !delivery::has_inbox_mail(writer, simulation.scope, found.inbox_id))
    return Error(errors::kMailNotInInbox).with("value", simulation.message_id);
  if (const auto event = event_of(simulation, mail->id, parts.classifier)) {
    parts.effects.apply(writer, std::span(&*event, 1));
  } else if (auto sent = effects::find_sent_mail(writer, mail->id)) {
    const effects::Event delivered{
        effects::EventKind::delivered, std::move(*sent), simulation.now_ms, "", false, "", ""};
    parts.outlet.queue(writer, std::span(&delivered, 1));
  }
  const auto after = campaigns::find_mail(writer, simulation.scope, found.row_id);
  const std::optional<messages::Standstill> none;
  return json::object{
      {"Mail", encode_mail(after ? *after : *mail, {parts.classifier, none, cloudapi::Language::en})}};
}

Result<Work> prepare(Call& call, const SimulateParts& parts) {
  const Fields fields(call.parameters);
  auto simulation = std::make_shared<const Simulation>(Simulation{
      call.scope, std::string(fields.text("MessageId")), std::string(fields.text("ToEmailAddress")),
      std::string(fields.text("Event")), utf8::mended_to_store(fields.text("Reply")),
      utf8::mended_to_store(fields.text("Link")), call.now_ms});
  auto found = std::make_shared<InboxMailKey>();
  Work work = Work::write([simulation, found, parts](storage::Writer& writer) {
    return simulate(writer, *simulation, *found, parts);
  });
  work.before = [simulation, found, &database = parts.database](std::function<void(Status)> done) {
    database.read(
        [simulation, found](storage::Reader& reader) -> Status {
          Result<InboxMailKey> mail = find_mail(reader, *simulation);
          if (!mail) return std::move(mail).error();
          *found = *mail;
          return Done{};
        },
        std::move(done));
  };
  return work;
}

}  // namespace

void add_simulate_action(cloudapi::ActionTable& table, const SimulateParts& parts) {
  table.add({.name = "SimulateMailEvent",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return prepare(call, parts); },
             .codes = kCodes});
}

}  // namespace sesame::actions
