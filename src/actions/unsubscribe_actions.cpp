#include <array>
#include <charconv>

#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "senders/errors.hpp"
#include "senders/unsubscribe_settings.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kUnsubscribeCodes[] = {
    {senders::errors::kAddressIllegal, "InvalidParameterValue.IllegalEmailAddress"},
    {senders::errors::kAddressMissing, "InvalidParameterValue.NoSuchSender"},
    {senders::errors::kUnsubscribeExists, "InvalidParameterValue"},
    {senders::errors::kUnsubscribeMissing, "InvalidParameterValue"},
    {errors::kLimit, "FailedOperation.InvalidLimit"},
};

constexpr std::uint64_t kPageMax = 100;
constexpr std::uint64_t kDefaultPage = 10;

/// Converts between the caller's numbering and the stored one.
std::string renumbered(std::string_view number, content::UnsubscribeNumbering numbering) {
  const auto option = content::parse_unsubscribe_option(number);
  if (!option) return std::string(number);
  return std::to_string(content::renumbered(*option, numbering));
}

senders::UnsubscribeSetting decode_unsubscribe(const Fields& fields,
                                               content::UnsubscribeNumbering numbering) {
  return {std::string(fields.text("Address")), renumbered(fields.text("UnsubscribeConfig"), numbering),
          fields.number("Status") == 1};
}

Answer empty_answer(Status status) {
  if (!status) return std::move(status).error();
  return json::object{};
}

Result<Work> create_config(Call& call, content::UnsubscribeNumbering numbering) {
  return Work::write([scope = call.scope, setting = decode_unsubscribe(Fields(call.parameters), numbering),
                      now_ms = call.now_ms](storage::Writer& writer) {
    return empty_answer(senders::create_unsubscribe(writer, scope, setting, now_ms));
  });
}

Result<Work> update_config(Call& call, content::UnsubscribeNumbering numbering) {
  return Work::write([scope = call.scope, setting = decode_unsubscribe(Fields(call.parameters), numbering)](
                         storage::Writer& writer) {
    return empty_answer(senders::update_unsubscribe(writer, scope, setting));
  });
}

Result<Work> delete_config(Call& call) {
  return Work::write([scope = call.scope, address = std::string(Fields(call.parameters).text("Address"))](
                         storage::Writer& writer) {
    return empty_answer(senders::delete_unsubscribe(writer, scope, address));
  });
}

/// SES: ListAddressUnsubscribeConfig.Limit is a string of digits, unlike every other Limit.
Result<std::uint64_t> limit_of(std::string_view digits) {
  std::uint64_t limit = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), limit);
  if (parsed.ec != std::errc() || limit > kPageMax) {
    return Error(errors::kLimit)
        .with("name", "Limit")
        .with("value", std::string(digits))
        .with("limit", std::to_string(kPageMax));
  }
  return limit == 0 ? kDefaultPage : limit;
}

Result<Work> list_configs(Call& call, content::UnsubscribeNumbering numbering) {
  const Fields fields(call.parameters);
  const Result<std::uint64_t> limit = limit_of(fields.maybe_text("Limit").value_or("0"));
  if (!limit) return limit.error();
  return Work::quick_read([scope = call.scope, numbering, limit = static_cast<std::int64_t>(*limit),
                           offset = fields.offset()](storage::Reader& reader) -> Answer {
    const senders::UnsubscribePage page = senders::list_unsubscribe(reader, scope, offset, limit);
    json::array rows;
    for (const senders::UnsubscribeSetting& setting : page.settings) {
      rows.push_back(json::object{{"Address", setting.address},
                                  {"UnsubscribeConfig", renumbered(setting.language, numbering)},
                                  {"Status", setting.enabled ? 1 : 0}});
    }
    return json::object{{"AddressUnsubscribeConfigList", std::move(rows)}, {"Total", page.total}};
  });
}

}  // namespace

void add_unsubscribe_actions(cloudapi::ActionTable& table, const ContentRules& rules) {
  using Handler = Result<Work> (*)(Call&, content::UnsubscribeNumbering);
  constexpr std::array<std::pair<const char*, Handler>, 3> kNumbered{
      {{"CreateAddressUnsubscribeConfig", create_config},
       {"UpdateAddressUnsubscribeConfig", update_config},
       {"ListAddressUnsubscribeConfig", list_configs}}};
  for (const auto& [name, handler] : kNumbered) {
    table.add({.name = name,
               .version = kSesVersion,
               .prepare = [numbering = rules.numbering,
                           handler = handler](Call& call) { return handler(call, numbering); },
               .codes = kUnsubscribeCodes});
  }
  table.add({.name = "DeleteAddressUnsubscribeConfig",
             .version = kSesVersion,
             .prepare = delete_config,
             .codes = kUnsubscribeCodes});
}

}  // namespace sesame::actions
