#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "base/beijing_time.hpp"
#include "effects/volumes.hpp"
#include "senders/errors.hpp"
#include "senders/tracking.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kTrackingCodes[] = {
    {senders::errors::kAddressIllegal, "InvalidParameterValue.IllegalEmailAddress"},
    {senders::errors::kAddressMissing, "InvalidParameterValue.NoSuchSender"},
};

const char* word_of(const std::optional<bool>& says) {
  if (!says) return "inherit";
  return *says ? "on" : "off";
}

void read_word(std::optional<std::string_view> word, std::optional<bool>& says) {
  if (!word) return;
  says = *word == "inherit" ? std::optional<bool>() : std::optional<bool>(*word == "on");
}

/// The answer of both actions.
Answer show(storage::Reader& reader, const accounts::Scope& scope, const std::string& address,
            const TrackingParts& parts) {
  const Result<senders::TrackingSetting> setting = senders::find_tracking(reader, scope, address);
  if (!setting) return setting.error();
  const senders::Tracking holds = senders::tracking_of(reader, scope, address, parts.server);
  return json::object{{"Address", address},
                      {"Opens", word_of(setting->opens)},
                      {"Clicks", word_of(setting->clicks)},
                      {"OpensTracked", holds.opens},
                      {"ClicksTracked", holds.clicks},
                      {"LinksPossible", parts.links_possible}};
}

Result<Work> get_tracking(Call& call, const TrackingParts& parts) {
  return Work::quick_read(
      [scope = call.scope, parts, address = std::string(Fields(call.parameters).text("Address"))](
          storage::Reader& reader) { return show(reader, scope, address, parts); });
}

struct TrackingWords {
  std::string address;
  std::optional<std::string> opens, clicks;
};

Result<Work> update_tracking(Call& call, const TrackingParts& parts) {
  const Fields fields(call.parameters);
  const auto maybe = [&fields](const char* name) {
    const auto text = fields.maybe_text(name);
    return text ? std::optional<std::string>(*text) : std::nullopt;
  };
  TrackingWords words{std::string(fields.text("Address")), maybe("Opens"), maybe("Clicks")};
  return Work::write(
      [scope = call.scope, parts, words = std::move(words)](storage::Writer& writer) -> Answer {
        Result<senders::TrackingSetting> setting = senders::find_tracking(writer, scope, words.address);
        if (!setting) return std::move(setting).error();
        read_word(words.opens, setting->opens);
        read_word(words.clicks, setting->clicks);
        Status set = senders::set_tracking(writer, scope, words.address, *setting);
        if (!set) return std::move(set).error();
        return show(writer, scope, words.address, parts);
      });
}

}  // namespace

void add_tracking_actions(cloudapi::ActionTable& table, const TrackingParts& parts) {
  table.add({.name = "GetTrackingSetting",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return get_tracking(call, parts); },
             .codes = kTrackingCodes});
  table.add({.name = "UpdateTrackingSetting",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return update_tracking(call, parts); },
             .codes = kTrackingCodes});
}

}  // namespace sesame::actions
