#include "console/event_topics.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/ascii.hpp"
#include "base/beijing_time.hpp"
#include "console/topic_rows.hpp"

namespace sesame::console {
namespace {

using Kind = Topic::Kind;

constexpr std::size_t kObjectBytesMax = 255;

struct KindRow {
  Kind kind;
  std::string_view name;  // With a colon when an object follows.
  std::string_view action;
};

constexpr KindRow kKinds[] = {{Kind::session, "session", ""},
                              {Kind::inbox, "inbox", "ListInboxMails"},
                              {Kind::counters, "counters", "GetStatisticsReport"},
                              {Kind::attention, "attention", "GetHealth"},
                              {Kind::tasks, "tasks", "ListSendTasks"},
                              {Kind::messages, "messages", "GetSendEmailStatus"},
                              {Kind::domains, "domains", "ListEmailIdentities"},
                              {Kind::delivery, "delivery", "ListReturnedMails"},
                              {Kind::blocks, "blocks", "ListBlackEmailAddress"},
                              {Kind::templates, "templates", "ListEmailTemplates"},
                              {Kind::groups, "groups", "ListReceivers"},
                              {Kind::webhooks, "webhooks", "ListWebhooks"},
                              {Kind::task, "task:", "GetSendTask"},
                              {Kind::message, "message:", "GetMail"},
                              {Kind::dns, "dns:", "GetEmailIdentity"},
                              {Kind::importing, "import:", "GetImport"}};

constexpr bool are_in_order() {
  for (std::size_t i = 0; i < std::size(kKinds); ++i) {
    if (kKinds[i].kind != static_cast<Kind>(i)) return false;
  }
  return true;
}
static_assert(are_in_order());

const KindRow& row_of(Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size() || number <= 0) return std::nullopt;
  return number;
}

std::optional<Topic> topic_of(std::string_view name) {
  for (const KindRow& row : kKinds) {
    if (!row.name.ends_with(':')) {
      if (row.name == name) return Topic{row.kind};
      continue;
    }
    if (!name.starts_with(row.name)) continue;
    const std::string_view object = name.substr(row.name.size());
    if (object.empty() || object.size() > kObjectBytesMax) return std::nullopt;
    if ((row.kind == Kind::task || row.kind == Kind::importing) && !number_of(object)) return std::nullopt;
    return Topic{row.kind, std::string(object)};
  }
  return std::nullopt;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned code = 0;
    const std::string_view digits = text.substr(std::min(at + 1, text.size()), 2);
    const bool whole = text[at] == '%' && digits.size() == 2 &&
                       std::from_chars(digits.data(), digits.data() + 2, code, 16).ptr == digits.data() + 2;
    decoded += whole ? static_cast<char>(code) : text[at];
    if (whole) at += 2;
  }
  return decoded;
}

}  // namespace

std::string Topic::name() const { return std::string(row_of(kind).name) + object; }

std::string query_value(std::string_view query, std::string_view name) {
  for (const std::string_view part : ascii::split(query, '&')) {
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && part.substr(0, equals) == name)
      return percent_decoded(part.substr(equals + 1));
  }
  return {};
}

std::vector<Topic> read_topics(std::string_view query) {
  std::vector<Topic> topics;
  const std::string list = query_value(query, "topics");
  for (const std::string_view name : ascii::split(list, ',')) {
    std::optional<Topic> topic = topic_of(name);
    if (!topic || std::ranges::find(topics, *topic) != topics.end()) continue;
    if (topics.size() == kTopicsPerStreamMax) break;
    topics.push_back(std::move(*topic));
  }
  return topics;
}

std::string_view action_of(const Topic& topic) { return row_of(topic.kind).action; }

TopicState look_at(storage::Reader& reader, std::int64_t account_id, std::span<const std::string> regions,
                   const Topic& topic, std::int64_t now_ms) {
  TopicRows rows(reader, account_id);
  const std::int64_t today = beijing_day(now_ms);
  if (topic.kind == Kind::task) rows.add_task(number_of(topic.object).value_or(0));
  if (topic.kind == Kind::message) rows.add_message(topic.object);
  if (topic.kind == Kind::importing) rows.add_import(number_of(topic.object).value_or(0));
  for (const std::string& region : regions) {
    switch (topic.kind) {
      case Kind::inbox:
        rows.add_inbox(region);
        break;
      case Kind::counters:
        rows.add_volumes(region, today);
        break;
      case Kind::attention:
        rows.add_tasks(region, true);
        rows.add_domains(region);
        rows.add_webhooks(region);
        break;
      case Kind::tasks:
        rows.add_tasks(region, false);
        break;
      case Kind::messages:
        rows.add_volumes(region, today);
        rows.add_mails(region, today);
        rows.add_tasks(region, false);
        break;
      case Kind::domains:
        rows.add_domains(region);
        break;
      case Kind::delivery:
        rows.add_returned_mails(region);
        break;
      case Kind::blocks:
        rows.add_blocks(region);
        break;
      case Kind::templates:
        rows.add_templates(region);
        break;
      case Kind::groups:
        rows.add_groups(region);
        break;
      case Kind::webhooks:
        rows.add_webhooks(region);
        break;
      case Kind::dns:
        rows.add_domain(region, topic.object);
        break;
      case Kind::session:
      case Kind::task:
      case Kind::message:
      case Kind::importing:
        break;
    }
  }
  return rows.state();
}

}  // namespace sesame::console
