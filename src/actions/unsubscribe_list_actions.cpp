#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "audience/unsubscribes.hpp"
#include "base/ascii.hpp"
#include "base/beijing_time.hpp"
#include "mime/address.hpp"
#include "senders/domains.hpp"
#include "senders/errors.hpp"

/// The actions of the list of unsubscribed recipients: list, add those who unsubscribed in another way,
/// delete.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kUnsubscribeListCodes[] = {
    {senders::errors::kDomainMissing, "InvalidParameterValue.NotExistDomain"},
};

constexpr std::string_view kComplained = "complained";

/// The domain as the list spells it.
std::string domain_of(const Fields& fields) {
  const std::string_view given = fields.text("SenderDomain");
  return mime::ascii_domain(given).value_or(ascii::lower(given));
}

Result<Work> list_unsubscribes(Call& call) {
  const Fields fields(call.parameters);
  audience::UnsubscribeFilter filter;
  filter.offset = fields.number("Offset");
  filter.limit = fields.page_limit();
  return Work::read([scope = call.scope, filter, domain = domain_of(fields),
                     address = std::string(fields.text("Email"))](storage::Reader& reader) mutable -> Answer {
    filter.sender_domain = domain;
    filter.address = address;
    const audience::UnsubscribeList page = audience::list_unsubscribes(reader, scope, filter);
    json::array data;
    for (const audience::Unsubscribe& entry : page.entries) {
      const bool complained = entry.reason == audience::UnsubscribeReason::complained;
      data.push_back(json::object{{"SenderDomain", entry.sender_domain},
                                  {"Email", entry.address},
                                  {"Reason", complained ? kComplained : "unsubscribed"},
                                  {"CreateTime", format_beijing_time(entry.created_ms)},
                                  {"Simulated", entry.simulated}});
    }
    return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
  });
}

Result<Work> create_unsubscribe(Call& call, const senders::DomainOptions& options) {
  const Fields fields(call.parameters);
  const auto reason = fields.text("Reason") == kComplained ? audience::UnsubscribeReason::complained
                                                           : audience::UnsubscribeReason::unsubscribed;
  return Work::bulk([scope = call.scope, domain = domain_of(fields), addresses = fields.texts("Emails"),
                     reason, now_ms = call.now_ms, options = options](storage::Writer& writer) -> Answer {
    // A misspelled name would suppress nobody.
    if (const auto known = senders::get_domain(writer, scope, domain, options); !known) return known.error();
    std::uint64_t valid = 0, repeat = 0, invalid = 0;
    for (const std::string& address : addresses) {
      if (mime::check_address(address) != mime::AddressFault::none) {
        ++invalid;
        continue;
      }
      const bool added = audience::add_unsubscribe(writer, {scope, domain, address, reason, now_ms});
      ++(added ? valid : repeat);
    }
    return json::object{{"TotalCount", addresses.size()},
                        {"ValidCount", valid},
                        {"RepeatCount", repeat},
                        {"InvalidCount", invalid}};
  });
}

Result<Work> delete_unsubscribe(Call& call) {
  const Fields fields(call.parameters);
  return Work::bulk([scope = call.scope, domain = domain_of(fields),
                     addresses = fields.texts("Emails")](storage::Writer& writer) -> Answer {
    return json::object{{"RemovedCount", audience::remove_unsubscribes(writer, scope, domain, addresses)}};
  });
}

}  // namespace

void add_unsubscribe_list_actions(cloudapi::ActionTable& table, const senders::DomainOptions& options) {
  table.add({.name = "ListUnsubscribes",
             .version = kOwnVersion,
             .prepare = list_unsubscribes,
             .codes = kUnsubscribeListCodes});
  table.add({.name = "CreateUnsubscribe",
             .version = kOwnVersion,
             .prepare = [options](Call& call) { return create_unsubscribe(call, options); },
             .codes = kUnsubscribeListCodes});
  table.add({.name = "DeleteUnsubscribe",
             .version = kOwnVersion,
             .prepare = delete_unsubscribe,
             .codes = kUnsubscribeListCodes});
}

}  // namespace sesame::actions
