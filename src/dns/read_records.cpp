#include "dns/read_records.hpp"

#include <ares.h>
#include <arpa/inet.h>

#include <array>
#include <memory>

#include "base/ascii.hpp"

namespace sesame::dns {
namespace {

constexpr std::size_t kHeaderBytes = 12;       // RFC 1035 §4.1.1
constexpr std::size_t kQuestionTailBytes = 4;  // Type and class.
constexpr std::size_t kRecordHeadBytes = 10;   // Type, class, time to live and the length of the data.
constexpr std::size_t kRecordsMax = 200;
constexpr unsigned char kAuthoritative = 0x04;
constexpr unsigned char kRecursionAvailable = 0x80;

struct FreeAres {
  void operator()(char* text) const { ares_free_string(text); }
};

/// Reads a message from front to back; every read is checked against its end.
class Reading {
 public:
  explicit Reading(WireBytes message) : message_(message) {}

  std::size_t left() const { return message_.size() - at_; }
  bool skip(std::size_t bytes) {
    if (left() < bytes) return false;
    at_ += bytes;
    return true;
  }
  std::optional<std::uint16_t> number() {
    if (left() < 2) return std::nullopt;
    const auto value = static_cast<std::uint16_t>(message_[at_] << 8 | message_[at_ + 1]);
    at_ += 2;
    return value;
  }
  /// A name, which may point to an earlier place (RFC 1035 §4.1.4).
  std::optional<std::string> name() {
    char* text = nullptr;
    long length = 0;
    const int status = ares_expand_name(message_.data() + at_, message_.data(),
                                        static_cast<int>(message_.size()), &text, &length);
    if (status != ARES_SUCCESS) return std::nullopt;
    const std::unique_ptr<char, FreeAres> owner(text);
    if (!skip(static_cast<std::size_t>(length))) return std::nullopt;
    std::string out = ascii::lower(text);
    if (out.ends_with('.')) out.pop_back();
    return out;
  }
  std::optional<WireBytes> bytes(std::size_t count) {
    if (left() < count) return std::nullopt;
    const WireBytes taken = message_.subspan(at_, count);
    at_ += count;
    return taken;
  }
  std::size_t at() const { return at_; }

 private:
  WireBytes message_;
  std::size_t at_ = 0;
};

std::optional<std::string> read_texts_of(WireBytes data) {
  std::string text;
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t length = data[at];
    if (at + 1 + length > data.size()) return std::nullopt;
    text.append(reinterpret_cast<const char*>(data.data()) + at + 1, length);
    at += 1 + length;
  }
  return text;
}

std::optional<std::string> read_address(WireBytes data, int family) {
  const std::size_t wanted = family == AF_INET ? 4 : 16;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (data.size() != wanted || ::inet_ntop(family, data.data(), text.data(), text.size()) == nullptr)
    return std::nullopt;
  return std::string(text.data());
}

/// Reads the data of a record, which ends at `end`; false when it breaks its length.
bool read_value(Reading& reading, AnswerRecord& record, std::size_t length) {
  const std::size_t end = reading.at() + length;
  std::optional<std::string> value;
  switch (static_cast<RecordType>(record.type)) {
    case RecordType::mx: {
      const auto preference = reading.number();
      if (!preference) return false;
      record.preference = *preference;
      value = reading.name();
      break;
    }
    case RecordType::ns:
    case RecordType::cname:
      value = reading.name();
      break;
    case RecordType::txt:
      if (const auto data = reading.bytes(length)) value = read_texts_of(*data);
      break;
    case RecordType::a:
      if (const auto data = reading.bytes(length)) value = read_address(*data, AF_INET);
      break;
    case RecordType::aaaa:
      if (const auto data = reading.bytes(length)) value = read_address(*data, AF_INET6);
      break;
    default:
      return reading.skip(length);
  }
  if (!value || reading.at() != end) return false;
  record.value = std::move(*value);
  return true;
}

bool is_asked_for(std::uint16_t type) {
  switch (static_cast<RecordType>(type)) {
    case RecordType::a:
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::mx:
    case RecordType::txt:
    case RecordType::aaaa:
      return true;
  }
  return false;
}

}  // namespace

std::optional<ServerAnswer> read_server_answer(WireBytes message) {
  if (message.size() < kHeaderBytes) return std::nullopt;
  ServerAnswer answer;
  answer.authoritative = (message[2] & kAuthoritative) != 0;
  answer.resolves = (message[3] & kRecursionAvailable) != 0;
  answer.code = message[3] & 0x0fU;
  const auto questions = static_cast<std::size_t>(message[4] << 8 | message[5]);
  const auto records = static_cast<std::size_t>(message[6] << 8 | message[7]);
  Reading reading(message);
  reading.skip(kHeaderBytes);
  for (std::size_t i = 0; i < questions; ++i) {
    if (!reading.name() || !reading.skip(kQuestionTailBytes)) return std::nullopt;
  }
  for (std::size_t i = 0; i < records && i < kRecordsMax; ++i) {
    std::optional<std::string> name = reading.name();
    if (!name || reading.left() < kRecordHeadBytes) return std::nullopt;
    AnswerRecord record;
    record.name = std::move(*name);
    record.type = *reading.number();
    reading.skip(kRecordHeadBytes - 4);  // Class and time to live.
    const std::size_t length = *reading.number();
    if (reading.left() < length || !read_value(reading, record, length)) return std::nullopt;
    if (is_asked_for(record.type)) answer.records.push_back(std::move(record));
  }
  return answer;
}

}  // namespace sesame::dns
