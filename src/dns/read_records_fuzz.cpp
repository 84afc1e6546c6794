#include <ares.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dns/answer.hpp"
#include "dns/read_records.hpp"

namespace {

using namespace sesame::dns;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_name(std::string_view name) {
  check(std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }));
}

void check_form(const Record& record, std::size_t size) {
  check_name(record.name);
  check(record.ttl_s < 0x8000'0000U);
  switch (record.type) {
    case RecordType::a:
    case RecordType::aaaa:
      check(record.address().is_v4() == (record.type == RecordType::a));
      check(sesame::net::Address::parse(record.address().text()) == record.address());
      return;
    case RecordType::txt:
      check(record.text().size() <= size);
      return;
    case RecordType::mx:
      check_name(record.mail_host().host);
      return;
    case RecordType::tlsa:
      check(record.tlsa().data.size() < size);
      return;
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::ptr:
      check_name(record.text());
      return;
  }
  check(false);
}

/// Whether `part` is in `whole` in its order, with anything between.
bool is_within(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  auto at = whole.begin();
  for (const std::string& text : part) {
    at = std::find(at, whole.end(), text);
    if (at == whole.end()) return false;
    ++at;
  }
  return true;
}

struct FreeAres {
  void operator()(void* data) const { ares_free_data(data); }
};

/// The texts and the mail hosts as c-ares reads them.
std::vector<std::string> texts_of_ares(WireBytes message) {
  ares_txt_ext* parsed = nullptr;
  ares_parse_txt_reply_ext(message.data(), static_cast<int>(message.size()), &parsed);
  const std::unique_ptr<ares_txt_ext, FreeAres> owner(parsed);
  std::vector<std::string> texts;
  for (const ares_txt_ext* part = parsed; part != nullptr; part = part->next) {
    if (part->record_start != 0 || texts.empty()) texts.emplace_back();
    texts.back().append(reinterpret_cast<const char*>(part->txt), part->length);
  }
  return texts;
}

/// Whether c-ares may find texts of the class CHAOS, which the Internet does not use and the reader ignores.
bool may_hold_chaos(WireBytes message) {
  constexpr std::array<std::uint8_t, 4> kTxtOfChaos{0, 16, 0, 3};
  return std::search(message.begin(), message.end(), kTxtOfChaos.begin(), kTxtOfChaos.end()) != message.end();
}

std::vector<std::uint16_t> preferences_of_ares(WireBytes message) {
  ares_mx_reply* parsed = nullptr;
  ares_parse_mx_reply(message.data(), static_cast<int>(message.size()), &parsed);
  const std::unique_ptr<ares_mx_reply, FreeAres> owner(parsed);
  std::vector<std::uint16_t> preferences;
  for (const ares_mx_reply* row = parsed; row != nullptr; row = row->next)
    preferences.push_back(row->priority);
  return preferences;
}

void check_picks(const ServerAnswer& server) {
  std::vector<std::string> names{"shop.test"};
  for (const Record& record : server.records) names.push_back(record.name);
  names.resize(std::min<std::size_t>(names.size(), 4));
  for (const std::string& name : names) {
    for (const RecordType type : {RecordType::a, RecordType::mx, RecordType::txt, RecordType::cname}) {
      const auto answer = pick_answer(server, name, type, Trust::unknown);
      if (!answer) continue;
      for (const Record& record : answer->records) {
        check(record.type == type && record.name == answer->canonical);
        check(answer->ttl_s <= record.ttl_s || !answer->is_definite());
      }
    }
  }
}

}  // namespace

// Whatever a name server says: what is read lies within the message and has the form of its type, what is
// picked is about the name that was asked for, and c-ares finds nothing that is not found here.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const WireBytes message(data, size);
  const std::optional<ServerAnswer> answer = read_server_answer(message);
  if (!answer) return 0;
  check(size >= 12 && static_cast<unsigned>(answer->code) < 16);
  std::vector<std::string> texts;
  std::vector<std::uint16_t> preferences;
  for (const Record& record : answer->records) {
    check_form(record, size);
    if (record.type == RecordType::txt) texts.push_back(record.text());
    if (record.type == RecordType::mx) preferences.push_back(record.mail_host().preference);
  }
  check_picks(*answer);
  if ((data[6] << 8 | data[7]) > 200) return 0;  // More are not read.
  check(may_hold_chaos(message) || is_within(texts_of_ares(message), texts));
  for (const std::uint16_t preference : preferences_of_ares(message))
    check(std::ranges::count(preferences, preference) > 0);
  return 0;
}
