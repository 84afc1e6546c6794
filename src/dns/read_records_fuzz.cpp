#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "dns/read_records.hpp"
#include "dns/wire_answer.hpp"

namespace {

using namespace sesame::dns;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_address(const std::string& text, int family) {
  std::array<unsigned char, 16> bytes{};
  check(::inet_pton(family, text.c_str(), bytes.data()) == 1);
}

void check_name(const std::string& name) {
  check(std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }));
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

}  // namespace

// Whatever a name server says: what is read lies within the message and has the form of its type, and the
// other reader of DNS answers (dns/wire_answer.hpp) finds nothing in the message that this one does not find.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const WireBytes message(data, size);
  const std::optional<ServerAnswer> answer = read_server_answer(message);
  const auto texts = read_texts(message);
  const auto hosts = read_mail_hosts(message);
  if (!answer) return 0;
  check(size >= 12 && answer->code < 16);
  check(may_deny(message) == (answer->authoritative || answer->resolves));
  std::vector<std::string> found_texts, found_hosts;
  for (const AnswerRecord& record : answer->records) {
    check_name(record.name);
    switch (static_cast<RecordType>(record.type)) {
      case RecordType::a:
        check_address(record.value, AF_INET);
        break;
      case RecordType::aaaa:
        check_address(record.value, AF_INET6);
        break;
      case RecordType::txt:
        check(record.value.size() <= size);
        found_texts.push_back(record.value);
        break;
      case RecordType::mx:
        found_hosts.push_back(std::to_string(record.preference) + ' ' + record.value);
        [[fallthrough]];
      case RecordType::ns:
      case RecordType::cname:
        check_name(record.value);
        break;
      default:
        check(false);
    }
  }
  if (answer->records.size() >= 200) return 0;  // More are not read.
  if (texts) check(is_within(texts.value(), found_texts));
  if (hosts) {
    for (const MailHost& host : hosts.value())
      check(std::ranges::count(found_hosts, std::to_string(host.preference) + ' ' + host.host) > 0);
  }
  return 0;
}
