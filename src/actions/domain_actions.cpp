#include <array>
#include <memory>

#include "actions/fields.hpp"
#include "actions/rooms.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kCodes{{
    {"senders.domain_illegal", "InvalidParameterValue.InvalidEmailIdentity"},
    {"senders.domain_taken", "InvalidParameterValue.RepeatCreation"},
    {"senders.domain_of_other", "InvalidParameterValue.CreatedByOther"},
    {"senders.too_many_domains", "OperationDenied.ExceedDomainLimit"},
    {"senders.domain_missing", "InvalidParameterValue.NotExistDomain"},
    {"senders.dkim_not_applied", "FailedOperation.DKIMNotApplied"},
}};

json::object encode(const senders::Domain& domain) {
  json::array attributes;
  for (const senders::DomainRecord& record : domain.records) {
    attributes.push_back(json::object{{"Type", record.type},
                                      {"SendDomain", record.name},
                                      {"ExpectedValue", record.expected_value},
                                      {"CurrentValue", record.current_value},
                                      {"Status", record.matches}});
  }
  return {{"IdentityType", "DOMAIN"},
          {"VerifiedForSendingStatus", domain.verified},
          {"Attributes", std::move(attributes)},
          {"DKIMOption", static_cast<unsigned>(domain.dkim_option)}};
}

std::optional<senders::DkimOption> dkim_option(const Fields& fields) {
  const std::optional<std::int64_t> option = fields.maybe_number("DKIMOption");
  if (!option) return std::nullopt;
  return static_cast<senders::DkimOption>(*option);
}

Result<Work> create_identity(Call& call, const Rooms& rooms) {
  const Fields fields(call.parameters);
  senders::NewDomain domain;
  domain.name = fields.text("EmailIdentity");
  domain.dkim_option = dkim_option(fields).value_or(senders::DkimOption::rsa1024);
  for (const json::object* tag : fields.objects("TagList")) {
    domain.tags.push_back(
        {std::string(Fields(*tag).text("TagKey")), std::string(Fields(*tag).text("TagValue"))});
  }
  if (Result<std::string> name = senders::domain_name(domain.name); !name) return std::move(name).error();
  Result<senders::DomainKeys> made = senders::make_domain_keys();
  if (!made) return std::move(made).error();
  auto keys = std::make_shared<const senders::DomainKeys>(std::move(*made));
  return Work::write([scope = call.scope, now_ms = call.now_ms, domain, keys, &secrets = rooms.secrets,
                      options = rooms.domains](storage::Writer& writer) -> Answer {
    Result<senders::Domain> created =
        senders::create_domain(writer, secrets, scope, domain, *keys, now_ms, options);
    if (!created) return std::move(created).error();
    return encode(*created);
  });
}

Result<Work> update_identity(Call& call, const Rooms& rooms) {
  const Fields fields(call.parameters);
  return Work::write([scope = call.scope, name = std::string(fields.text("EmailIdentity")),
                      option = dkim_option(fields),
                      options = rooms.domains](storage::Writer& writer) -> Answer {
    Result<senders::Domain> domain = senders::update_domain(writer, scope, name, option, options);
    if (!domain) return std::move(domain).error();
    return encode(*domain);
  });
}

Result<Work> get_identity(Call& call, const Rooms& rooms) {
  return Work::quick_read([scope = call.scope,
                           name = std::string(Fields(call.parameters).text("EmailIdentity")),
                           options = rooms.domains](storage::Reader& reader) -> Answer {
    Result<senders::Domain> domain = senders::get_domain(reader, scope, name, options);
    if (!domain) return std::move(domain).error();
    json::object answer = encode(*domain);
    json::array tags;
    for (const senders::Tag& tag : domain->tags) {
      tags.push_back(json::object{{"TagKey", tag.key}, {"TagValue", tag.value}});
    }
    answer["TagList"] = std::move(tags);
    return answer;
  });
}

}  // namespace

void add_domain_actions(cloudapi::ActionTable& table, const Rooms& rooms) {
  // Heavy: making two RSA keys takes a tenth of a second.
  table.add({"CreateEmailIdentity", kSesVersion, true,
             [rooms](Call& call) { return create_identity(call, rooms); }, kCodes});
  table.add({"UpdateEmailIdentity", kSesVersion, false,
             [rooms](Call& call) { return update_identity(call, rooms); }, kCodes});
  table.add({"GetEmailIdentity", kSesVersion, false,
             [rooms](Call& call) { return get_identity(call, rooms); }, kCodes});
}

}  // namespace sesame::actions
