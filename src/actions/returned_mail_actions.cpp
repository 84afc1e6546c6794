#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/grants.hpp"
#include "actions/mail_rows.hpp"
#include "base/base64.hpp"
#include "base/beijing_time.hpp"
#include "cloudapi/errors.hpp"
#include "returns/errors.hpp"
#include "returns/evidence.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kReturnedMailCodes[] = {
    {returns::errors::kUnknown, "ResourceNotFound"},
};

/// The scope of mails that belong to no account, which callers that manage all accounts may read.
accounts::Scope nobodys() { return {}; }

Error malformed(const char* name, std::string_view value) {
  return Error(cloudapi::errors::kValue)
      .with("name", name)
      .with("value", std::string(value))
      .with("rule", "moment");
}

struct Wanted {
  returns::EvidenceFilter filter;
  std::string message_id, to_address, bounce_class;
};

Result<Wanted> read_wanted(const Fields& fields) {
  Wanted wanted;
  wanted.message_id = fields.text("MessageId");
  wanted.to_address = fields.text("ToEmailAddress");
  wanted.bounce_class = fields.text("Class");
  if (const auto start = fields.maybe_text("StartTime")) {
    const Result<std::int64_t> from = parse_beijing_time(*start);
    if (!from) return malformed("StartTime", *start);
    wanted.filter.from_ms = *from;
  }
  if (const auto end = fields.maybe_text("EndTime")) {
    const Result<std::int64_t> to = parse_beijing_time(*end);
    if (!to) return malformed("EndTime", *end);
    wanted.filter.to_ms = moment_end_ms(*end, *to);
  }
  wanted.filter.offset = fields.offset();
  wanted.filter.limit = static_cast<std::int64_t>(fields.page_limit());
  return wanted;
}

Result<Work> list_returned_mails(Call& call) {
  const Fields fields(call.parameters);
  Result<Wanted> wanted = read_wanted(fields);
  if (!wanted) return std::move(wanted).error();
  accounts::Scope scope = call.scope;
  if (fields.flag("Unmatched")) {
    if (Status allowed = check_manages_accounts(call); !allowed) return std::move(allowed).error();
    scope = nobodys();
  }
  return Work::read([scope, wanted = std::move(*wanted)](storage::Reader& reader) mutable -> Answer {
    wanted.filter.message_id = wanted.message_id;
    wanted.filter.to_address = wanted.to_address;
    wanted.filter.bounce_class = wanted.bounce_class;
    const returns::EvidencePage page = returns::list_evidence(reader, scope, wanted.filter);
    json::array data;
    for (const returns::Evidence& mail : page.rows) data.push_back(encode_evidence(mail));
    return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
  });
}

Result<Work> get_returned_mail(Call& call) {
  const auto id = static_cast<std::int64_t>(Fields(call.parameters).number("ReturnedMailId"));
  const bool sees_all = check_manages_accounts(call).ok();
  return Work::read([scope = call.scope, id, sees_all](storage::Reader& reader) -> Answer {
    Result<returns::EvidenceMail> mail = returns::find_evidence(reader, scope, id);
    if (!mail && sees_all) mail = returns::find_evidence(reader, nobodys(), id);
    if (!mail) return std::move(mail).error();
    return json::object{{"Mail", encode_evidence(mail->evidence)}, {"Raw", encode_base64(mail->bytes)}};
  });
}

}  // namespace

void add_returned_mail_actions(cloudapi::ActionTable& table) {
  table.add({.name = "ListReturnedMails",
             .version = kOwnVersion,
             .prepare = list_returned_mails,
             .codes = kReturnedMailCodes});
  table.add({.name = "GetReturnedMail",
             .version = kOwnVersion,
             .prepare = get_returned_mail,
             .codes = kReturnedMailCodes});
}

}  // namespace sesame::actions
