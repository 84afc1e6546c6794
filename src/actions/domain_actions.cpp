#include <memory>
#include <stdexcept>

#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "campaigns/under_way.hpp"
#include "senders/errors.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kDomainCodes[] = {
    {senders::errors::kDomainIllegal, "InvalidParameterValue.InvalidEmailIdentity"},
    {senders::errors::kDomainTaken, "InvalidParameterValue.RepeatCreation"},
    {senders::errors::kDomainOfOther, "InvalidParameterValue.CreatedByOther"},
    {senders::errors::kTooManyDomains, "OperationDenied.ExceedDomainLimit"},
    {senders::errors::kDomainMissing, "InvalidParameterValue.NotExistDomain"},
    {senders::errors::kDkimNotApplied, "FailedOperation.DKIMNotApplied"},
    {senders::errors::kDnsUnavailable, "FailedOperation.ServiceNotAvailable"},
    {senders::errors::kDomainHasAddresses, "OperationDenied.SenderWithDomainIsNotEmpty"},
    {senders::errors::kDomainIsMailed, "OperationDenied.NotAllowDelete"},
};

json::object encode_domain(const senders::Domain& domain) {
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

std::vector<senders::Tag> tags_of(const Fields& fields) {
  std::vector<senders::Tag> tags;
  for (const json::object* tag : fields.objects("TagList")) {
    tags.push_back({std::string(Fields(*tag).text("TagKey")), std::string(Fields(*tag).text("TagValue"))});
  }
  return tags;
}

json::array encode_tags(const std::vector<senders::Tag>& tags) {
  json::array rows;
  for (const senders::Tag& tag : tags) {
    rows.push_back(json::object{{"TagKey", tag.key}, {"TagValue", tag.value}});
  }
  return rows;
}

Result<Work> create_identity(Call& call, const DomainParts& parts) {
  const Fields fields(call.parameters);
  senders::NewDomain domain;
  domain.name = fields.text("EmailIdentity");
  domain.dkim_option = dkim_option(fields).value_or(senders::DkimOption::rsa1024);
  domain.tags = tags_of(fields);
  // Before the keys are made: a refused request must not cost a tenth of a second.
  const Result<std::string> allowed = parts.database.get<std::string>([&](storage::Reader& reader) {
    return senders::check_new_domain(reader, call.scope, domain.name, parts.options);
  });
  if (!allowed) return allowed.error();
  Result<senders::DomainKeys> made = senders::make_domain_keys();
  if (!made) return std::move(made).error();
  auto keys = std::make_shared<const senders::DomainKeys>(std::move(*made));
  return Work::write([scope = call.scope, now_ms = call.now_ms, domain, keys, &secrets = parts.secrets,
                      options = parts.options](storage::Writer& writer) -> Answer {
    Result<senders::Domain> created =
        senders::create_domain(writer, secrets, scope, domain, *keys, now_ms, options);
    if (!created) return std::move(created).error();
    return encode_domain(*created);
  });
}

Result<Work> update_identity(Call& call, const DomainParts& parts) {
  const Fields fields(call.parameters);
  std::string name(fields.text("EmailIdentity"));
  const std::optional<senders::DkimOption> option = dkim_option(fields);
  auto looked_up = std::make_shared<std::optional<senders::LookUp>>();
  Work work = Work::write([scope = call.scope, name, option, looked_up, now_ms = call.now_ms,
                           options = parts.options](storage::Writer& writer) -> Answer {
    const senders::LookUp* found = *looked_up ? &**looked_up : nullptr;
    Result<senders::Domain> domain =
        senders::update_domain(writer, scope, name, option, found, now_ms, options);
    if (!domain) return std::move(domain).error();
    return encode_domain(*domain);
  });
  if (parts.look_ups != nullptr) {
    work.before = [look_ups = parts.look_ups, scope = call.scope, name, option,
                   looked_up](std::function<void(Status)> done) {
      look_ups->begin(scope, name, option, [looked_up, done](Result<senders::LookUp> found) {
        if (!found) return done(std::move(found).error());
        looked_up->emplace(std::move(*found));
        done(Done{});
      });
    };
  }
  return work;
}

Result<Work> get_identity(Call& call, const DomainParts& parts) {
  return Work::quick_read([scope = call.scope,
                           name = std::string(Fields(call.parameters).text("EmailIdentity")),
                           options = parts.options](storage::Reader& reader) -> Answer {
    Result<senders::Domain> domain = senders::get_domain(reader, scope, name, options);
    if (!domain) return std::move(domain).error();
    json::object answer = encode_domain(*domain);
    answer["TagList"] = encode_tags(domain->tags);
    return answer;
  });
}

Result<Work> list_identities(Call& call, const senders::Reputation& reputation) {
  const Fields fields(call.parameters);
  const senders::DomainFilter filter{tags_of(fields), fields.number("Offset"), fields.number("Limit")};
  return Work::read([scope = call.scope, filter, reputation](storage::Reader& reader) -> Answer {
    const senders::DomainPage page = senders::list_domain_page(reader, scope, filter);
    json::array rows;
    for (const senders::DomainSummary& domain : page.domains) {
      rows.push_back(json::object{{"IdentityName", domain.name},
                                  {"IdentityType", "DOMAIN"},
                                  {"SendingEnabled", domain.verified},
                                  {"CurrentReputationLevel", reputation.effective_level()},
                                  {"DailyQuota", reputation.daily_quota()},
                                  {"SendIp", json::array()},
                                  {"TagList", encode_tags(domain.tags)},
                                  {"DKIMOption", static_cast<unsigned>(domain.dkim_option)}});
    }
    return json::object{{"EmailIdentities", std::move(rows)},
                        {"MaxReputationLevel", reputation.level_max()},
                        {"MaxDailyQuota", reputation.daily_quotas.back()},
                        {"Total", page.total}};
  });
}

Result<Work> delete_identity(Call& call, senders::SandboxMarks* marks) {
  return Work::write([scope = call.scope, name = std::string(Fields(call.parameters).text("EmailIdentity")),
                      marks](storage::Writer& writer) -> Answer {
    Status deleted = senders::delete_domain(writer, scope, name);
    if (!deleted) return std::move(deleted).error();
    // Accepted mail must still be signed. The refusal rolls the deletion back.
    if (const Result<std::string> known_as = senders::domain_name(name);
        known_as && campaigns::domain_is_mailed(writer, scope, *known_as))
      return Error(senders::errors::kDomainIsMailed).with("value", *known_as);
    if (marks != nullptr)
      writer.after_commit([marks, all = senders::marked_domains(writer)] { marks->set(all); });
    return json::object{};
  });
}

}  // namespace

void add_domain_actions(cloudapi::ActionTable& table, const DomainParts& parts) {
  if (parts.options.verification == senders::Verification::dns && parts.look_ups == nullptr)
    throw std::invalid_argument("sender domains are verified by DNS, but there are no look-ups");
  // Heavy: making two RSA keys takes a tenth of a second.
  table.add({.name = "CreateEmailIdentity",
             .version = kSesVersion,
             .heavy = true,
             .prepare = [parts](Call& call) { return create_identity(call, parts); },
             .codes = kDomainCodes});
  table.add({.name = "UpdateEmailIdentity",
             .version = kSesVersion,
             .prepare = [parts](Call& call) { return update_identity(call, parts); },
             .codes = kDomainCodes});
  table.add({.name = "GetEmailIdentity",
             .version = kSesVersion,
             .prepare = [parts](Call& call) { return get_identity(call, parts); },
             .codes = kDomainCodes});
  table.add(
      {.name = "ListEmailIdentities",
       .version = kSesVersion,
       .prepare = [reputation = parts.reputation](Call& call) { return list_identities(call, reputation); },
       .codes = kDomainCodes});
  table.add({.name = "DeleteEmailIdentity",
             .version = kSesVersion,
             .prepare = [marks = parts.marks](Call& call) { return delete_identity(call, marks); },
             .codes = kDomainCodes});
}

}  // namespace sesame::actions
