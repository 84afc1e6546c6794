#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "base/base64.hpp"
#include "bounces/classifier.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

std::string_view name_of(bounces::BounceMail::Kind kind) {
  switch (kind) {
    case bounces::BounceMail::Kind::bounce:
      return "bounce";
    case bounces::BounceMail::Kind::abuse_report:
      return "abuse_report";
    case bounces::BounceMail::Kind::auto_reply:
      return "auto_reply";
    case bounces::BounceMail::Kind::other:
      break;
  }
  return "other";
}

json::object encode_classification(const std::string& address, const bounces::Classification& found) {
  return {{"Address", address},
          {"Class", bounces::name_of(found.bounce_class)},
          {"Status", found.status},
          {"ReplyCode", found.reply_code},
          {"Evidence", found.evidence},
          {"Rule", found.rule},
          {"Suppresses", bounces::suppresses(found)}};
}

Answer classify(const Fields& fields, const bounces::Classifier& classifier) {
  if (fields.has("Mail") == fields.has("Reply")) return Error(errors::kOneOfTwo).with("name", "Mail");
  json::array recipients;
  if (fields.has("Reply")) {
    recipients.push_back(encode_classification("", classifier.classify_reply(fields.text("Reply"))));
    return json::object{{"Kind", "reply"}, {"MessageId", ""}, {"Recipients", std::move(recipients)}};
  }
  const Result<std::string> bytes = decode_base64_lines(fields.text("Mail"));
  if (!bytes) return Error(errors::kMailNotBase64).with("name", "Mail");
  const bounces::ClassifiedMail mail = classifier.classify_mail(*bytes);
  for (const bounces::ClassifiedRecipient& each : mail.recipients)
    recipients.push_back(encode_classification(each.address, each.classification));
  return json::object{{"Kind", name_of(mail.kind)},
                      {"MessageId", mail.returned.message_id},
                      {"Recipients", std::move(recipients)}};
}

}  // namespace

void add_classify_action(cloudapi::ActionTable& table, const bounces::Classifier& classifier) {
  table.add({.name = "ClassifyMail",
             .version = kOwnVersion,
             .heavy = true,
             .prepare = [&classifier](Call& call) -> Result<Work> {
               Answer answer = classify(Fields(call.parameters), classifier);
               if (!answer) return std::move(answer).error();
               return Work::quick_read(
                   [answer = std::move(*answer)](storage::Reader&) -> Answer { return answer; });
             }});
}

}  // namespace sesame::actions
