#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>

#include "accounts/accounts.hpp"
#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/grants.hpp"
#include "base/ascii.hpp"
#include "base/beijing_time.hpp"
#include "cloudapi/call_log.hpp"
#include "cloudapi/errors.hpp"

/// The calls of the last day, and all that is kept of one.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::CallRecord;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCallCodes[] = {
    {errors::kCallMissing, "ResourceNotFound"},
};

constexpr std::size_t kGroupsMax = 100;
// Groups that are counted beside one another: a client may call itself anything.
constexpr std::size_t kGroupsCountedMax = 2'000;

/// The calls that a caller may see.
struct Sight {
  std::int64_t account_id = 0;
  bool all = false;  // Calls of all accounts and of strangers.
  std::int64_t since_ms = 0;

  static Sight of(const Call& call) {
    return {call.scope.account_id, check_manages_accounts(call).ok(), call.now_ms - cloudapi::kCallsKeptMs};
  }
  /// The account whose calls these are; nullopt: those of all.
  std::optional<std::int64_t> account() const {
    return all ? std::nullopt : std::optional<std::int64_t>(account_id);
  }
  bool shows(const CallRecord& record) const {
    return (all || record.account_id == account_id) && record.time_ms >= since_ms;
  }
};

/// The public numbers of accounts, each read once.
class AppIds {
 public:
  explicit AppIds(storage::Reader& reader) : reader_(reader) {}
  std::string of(std::int64_t account_id) {
    const auto [entry, added] = known_.try_emplace(account_id);
    if (added) {
      const auto app_id = accounts::app_id_of(reader_, account_id);
      if (app_id) entry->second = std::to_string(*app_id);
    }
    return entry->second;
  }

 private:
  storage::Reader& reader_;
  std::map<std::int64_t, std::string> known_;
};

json::object encode_call(const CallRecord& record, AppIds& app_ids) {
  return {{"RequestId", record.request_id},
          {"Time", format_beijing_time(record.time_ms)},
          {"AppId", app_ids.of(record.account_id)},
          {"Credential", record.credential},
          {"Client", record.client},
          {"Peer", record.peer},
          {"Action", record.action},
          {"Version", record.version},
          {"Region", record.region},
          {"Code", record.code},
          {"Replayed", record.replayed},
          {"DurationUs", record.us},
          {"RequestBytes", record.request_bytes},
          {"AnswerBytes", record.answer_bytes}};
}

struct CallQuery {
  Sight sight;
  std::string action, code, credential;
  bool only_failed = false;
  bool counts_groups = false;  // Counts all calls that match.
  std::uint64_t before = 0;    // 0: from the newest call.
  std::size_t limit = 0;

  bool matches(const CallRecord& record) const {
    if (!sight.shows(record) || (only_failed && !record.refused())) return false;
    if (!action.empty() && record.action != action) return false;
    if (!credential.empty() && record.credential != credential) return false;
    if (code.empty() || record.code == code) return true;
    return record.code.starts_with(code) && record.code.substr(code.size()).starts_with('.');
  }
};

Result<CallQuery> read_query(const Call& call) {
  const Fields fields(call.parameters);
  CallQuery query;
  query.sight = Sight::of(call);
  query.action = fields.text("ActionName");
  query.code = fields.text("Code");
  query.credential = fields.text("Credential");
  query.only_failed = fields.flag("OnlyFailed");
  query.limit = static_cast<std::size_t>(fields.page_limit());
  const std::string_view position = fields.text("Position");
  query.counts_groups = position.empty() && !fields.flag("LeaveOutGroups");
  if (position.empty()) return query;
  const char* const end = position.data() + position.size();
  const auto [at, fault] = std::from_chars(position.data(), end, query.before);
  constexpr std::uint64_t kNumberMax = std::uint64_t{1} << 62;
  if (fault != std::errc() || at != end || query.before == 0 || query.before > kNumberMax)
    return Error(cloudapi::errors::kValue)
        .with("name", "Position")
        .with("value", std::string(position))
        .with("rule", "position");
  return query;
}

/// Counts calls by action, code and client.
class CallGroups {
 public:
  void add(const CallRecord& record) {
    Key key{record.action, record.code, record.client};
    if (!groups_.contains(key) && groups_.size() >= kGroupsCountedMax) return;
    Group& group = groups_[std::move(key)];
    if (group.count++ > 0) return;
    group.last_ms = record.time_ms;
    group.last_request_id = record.request_id;
  }

  json::array take() const {
    std::vector<const Groups::value_type*> sorted;
    for (const auto& group : groups_) sorted.push_back(&group);
    std::ranges::stable_sort(sorted, std::greater<>(), [](const auto* group) { return group->second.count; });
    if (sorted.size() > kGroupsMax) sorted.resize(kGroupsMax);
    json::array rows;
    for (const auto* group : sorted) {
      rows.push_back(json::object{{"Action", std::get<0>(group->first)},
                                  {"Code", std::get<1>(group->first)},
                                  {"Client", std::get<2>(group->first)},
                                  {"Count", group->second.count},
                                  {"LastTime", format_beijing_time(group->second.last_ms)},
                                  {"LastRequestId", group->second.last_request_id}});
    }
    return rows;
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string>;
  struct Group {
    std::uint64_t count = 0;
    std::int64_t last_ms = 0;
    std::string last_request_id;
  };
  using Groups = std::map<Key, Group>;
  Groups groups_;
};

Answer list_page(storage::Reader& reader, const cloudapi::CallPieces& waiting, const CallQuery& query) {
  json::array data;
  CallGroups groups;
  AppIds app_ids(reader);
  std::uint64_t scanned = 0;
  std::uint64_t last_shown = 0;
  bool more = false;
  cloudapi::scan_calls(reader, waiting, query.sight.account(), query.before, [&](const CallRecord& record) {
    ++scanned;
    if (!query.matches(record)) return true;
    if (query.counts_groups) groups.add(record);
    if (data.size() == query.limit) {
      more = true;
      return query.counts_groups;
    }
    data.push_back(encode_call(record, app_ids));
    last_shown = record.number;
    return true;
  });
  return json::object{{"Data", std::move(data)},
                      {"Groups", groups.take()},
                      {"Position", more ? std::to_string(last_shown) : std::string()},
                      {"ScannedCount", scanned}};
}

Result<Work> list_calls(Call& call, const cloudapi::CallLog& log) {
  Result<CallQuery> query = read_query(call);
  if (!query) return std::move(query).error();
  return Work::read([query = std::move(*query), waiting = log.waiting()](storage::Reader& reader) -> Answer {
    return list_page(reader, waiting, query);
  });
}

json::array encode_headers(std::string_view lines) {
  json::array headers;
  for (const std::string_view line : ascii::split(lines, '\n')) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    headers.push_back(json::object{{"Name", line.substr(0, colon)}, {"Value", line.substr(colon + 2)}});
  }
  return headers;
}

Result<Work> get_call(Call& call, const cloudapi::CallLog& log) {
  const Fields fields(call.parameters);
  return Work::read([request_id = ascii::lower(fields.text("RequestId")), sight = Sight::of(call),
                     language = call.language, waiting = log.waiting()](storage::Reader& reader) -> Answer {
    const auto found = cloudapi::find_call(reader, waiting, request_id, sight.since_ms);
    if (!found || !sight.shows(found->record)) return Error(errors::kCallMissing).with("value", request_id);
    const CallRecord& record = found->record;
    AppIds app_ids(reader);
    return json::object{
        {"Call", encode_call(record, app_ids)},
        {"Reason", record.reason},
        {"MessageEn", record.message_en.empty() ? record.message_zh : record.message_en},
        {"MessageZh", record.message_zh.empty() ? record.message_en : record.message_zh},
        {"Remedy", record.refused() ? cloudapi::remedy_of(record.code).in(language) : std::string()},
        {"Cause", sight.all ? record.cause : std::string_view()},
        {"HasEvidence", record.has_evidence},
        {"RequestLine", record.request_line},
        {"Headers", encode_headers(record.headers)},
        {"CanonicalRequest", record.canonical},
        {"StringToSign", record.string_to_sign},
        {"Body", record.body}};
  });
}

}  // namespace

void add_call_actions(cloudapi::ActionTable& table, const cloudapi::CallLog& log) {
  table.add({.name = "ListCalls",
             .version = kOwnVersion,
             .prepare = [&log](Call& call) { return list_calls(call, log); },
             .codes = kCallCodes});
  table.add({.name = "GetCall",
             .version = kOwnVersion,
             .prepare = [&log](Call& call) { return get_call(call, log); },
             .codes = kCallCodes});
}

}  // namespace sesame::actions
