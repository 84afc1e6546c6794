#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "base/beijing_time.hpp"
#include "senders/domain_check.hpp"
#include "senders/errors.hpp"

/// Checking a sender domain's records server by server, and marking it for the sandbox.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCodes[] = {
    {senders::errors::kDomainIllegal, "InvalidParameterValue.InvalidEmailIdentity"},
    {senders::errors::kDomainMissing, "InvalidParameterValue.NotExistDomain"},
    {senders::errors::kCheckUnderWay, "RequestLimitExceeded"},
};

json::object encode(const senders::ServerVerdict& verdict, cloudapi::Language language) {
  return {{"Server", verdict.server},
          {"Address", verdict.address},
          {"Finding", senders::name_of(verdict.finding)},
          {"Reason", cloudapi::phrase_in(language, senders::explain(verdict.finding))},
          {"Value", verdict.value},
          {"Milliseconds", verdict.took_ms}};
}

json::object encode(const senders::DomainCheck& check, const senders::Domain& domain, bool marked,
                    std::int64_t now_ms, cloudapi::Language language) {
  json::array records;
  for (const senders::RecordCheck& each : check.records) {
    json::array servers;
    for (const senders::ServerVerdict& verdict : each.verdicts) servers.push_back(encode(verdict, language));
    records.push_back(json::object{{"Type", each.record.type},
                                   {"SendDomain", each.record.name},
                                   {"Host", each.host},
                                   {"ExpectedValue", each.record.expected_value},
                                   {"Servers", std::move(servers)}});
  }
  return {{"VerifiedForSendingStatus", domain.verified},
          {"Sandbox", marked},
          {"Zone", check.zone},
          {"CheckTime", format_beijing_time(now_ms)},
          {"Milliseconds", check.took_ms},
          {"Records", std::move(records)}};
}

Result<Work> check_identity(Call& call, const IdentityParts& parts) {
  std::string name(Fields(call.parameters).text("EmailIdentity"));
  auto check = std::make_shared<std::optional<senders::DomainCheck>>();
  Work work = Work::write([scope = call.scope, name, check, options = parts.options, now_ms = call.now_ms,
                           language = call.language](storage::Writer& writer) -> Answer {
    const senders::DomainCheck& done = **check;
    const bool any = std::ranges::any_of(done.look_up.findings, &senders::Finding::known);
    // By trust there is nothing to record, and a resolver that knew nothing proves nothing.
    Result<senders::Domain> domain =
        any && options.verification == senders::Verification::dns
            ? senders::update_domain(writer, scope, name, std::nullopt, &done.look_up, now_ms, options)
            : senders::get_domain(writer, scope, name, options);
    if (!domain) return std::move(domain).error();
    return encode(done, *domain, senders::has_sandbox_mark(writer, scope, domain->name), now_ms, language);
  });
  work.before = [&checks = parts.checks, scope = call.scope, name, check](std::function<void(Status)> done) {
    checks.begin(scope, name, [check, done = std::move(done)](Result<senders::DomainCheck> found) {
      if (!found) return done(std::move(found).error());
      check->emplace(std::move(*found));
      done(Done{});
    });
  };
  return work;
}

Result<Work> update_sandbox(Call& call, senders::SandboxMarks& marks) {
  const Fields fields(call.parameters);
  return Work::write([scope = call.scope, name = std::string(fields.text("EmailIdentity")),
                      marked = fields.flag("Sandbox"), &marks](storage::Writer& writer) -> Answer {
    Status set = senders::set_sandbox_mark(writer, scope, name, marked);
    if (!set) return std::move(set).error();
    writer.after_commit([&marks, all = senders::marked_domains(writer)] { marks.set(all); });
    return json::object{{"Sandbox", marked}};
  });
}

}  // namespace

void add_identity_actions(cloudapi::ActionTable& table, const IdentityParts& parts) {
  table.add({.name = "CheckEmailIdentity",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return check_identity(call, parts); },
             .codes = kCodes});
  table.add({.name = "UpdateEmailIdentitySandbox",
             .version = kOwnVersion,
             .prepare = [&marks = parts.marks](Call& call) { return update_sandbox(call, marks); },
             .codes = kCodes});
}

}  // namespace sesame::actions
