#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/mail_rows.hpp"
#include "base/ascii.hpp"
#include "campaigns/recipient_check.hpp"
#include "mime/address.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr int kAddressMalformed = 3024;  // SES: SendEmailStatus.SendStatus

Result<Work> check_recipient(Call& call, const RecipientCheckParts& parts) {
  const Fields fields(call.parameters);
  const std::string_view domain = fields.text("SenderDomain");
  return Work::quick_read([scope = call.scope, address = std::string(fields.text("EmailAddress")),
                           domain = mime::ascii_domain(domain).value_or(ascii::lower(domain)), parts,
                           language = call.language,
                           now_ms = call.now_ms](storage::Reader& reader) -> Answer {
    audience::SuppressionRules rules = parts.suppression;
    if (parts.marks.contains(scope, domain)) rules.sandbox = true;
    const campaigns::RecipientCheck check =
        campaigns::check_recipient(reader, parts.filters, {scope, domain}, address, rules, now_ms);
    json::array lists;
    for (const campaigns::Obstacle& obstacle : check.obstacles)
      lists.push_back(encode_obstacle(obstacle, parts.classifier));
    const bool sound = check.fault.empty();
    return json::object{{"MayBeMailed", sound && !check.verdict.withheld()},
                        {"SendStatus", sound ? check.verdict.send_status : kAddressMalformed},
                        {"Reason", cloudapi::phrase_in(language, sound ? check.verdict.because
                                                                       : std::string_view(check.fault))},
                        {"Lists", std::move(lists)}};
  });
}

}  // namespace

void add_recipient_check_action(cloudapi::ActionTable& table, const RecipientCheckParts& parts) {
  table.add({.name = "CheckRecipient", .version = kOwnVersion, .prepare = [parts](Call& call) {
               return check_recipient(call, parts);
             }});
}

}  // namespace sesame::actions
