#include "dns/read_records.hpp"

#include <ares.h>

#include <algorithm>
#include <memory>

#include "base/ascii.hpp"

namespace sesame::dns {
namespace {

constexpr std::size_t kHeaderBytes = 12;       // RFC 1035 §4.1.1
constexpr std::size_t kQuestionTailBytes = 4;  // Type and class.
constexpr std::size_t kRecordsMax = 200;       // Bounds the work for a hostile answer of 64 KiB.
constexpr std::size_t kTlsaHeadBytes = 3;
constexpr std::size_t kSoaNumbersBytes = 20;  // RFC 1035 §3.3.13: five numbers behind two names.
constexpr std::uint16_t kInternet = 1;
constexpr std::uint16_t kSoa = 6;
constexpr unsigned char kAuthoritative = 0x04;
constexpr unsigned char kRecursionAvailable = 0x80;
constexpr unsigned char kAuthentic = 0x20;

struct FreeAres {
  void operator()(char* text) const { ares_free_string(text); }
};

/// Reads a message from front to back; every read is checked against its end.
class Reading {
 public:
  explicit Reading(WireBytes message) : message_(message) {}

  std::size_t at() const { return at_; }
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
  std::optional<std::uint32_t> long_number() {
    const auto high = number();
    const auto low = number();
    if (!high || !low) return std::nullopt;
    return std::uint32_t{*high} << 16 | *low;
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

 private:
  WireBytes message_;
  std::size_t at_ = 0;
};

/// The fields in front of a record's data, which lies within the message.
struct RecordHead {
  std::string name;
  std::uint16_t type = 0;
  std::uint16_t record_class = 0;
  std::uint32_t ttl_s = 0;
  std::size_t length = 0;
};

std::optional<RecordHead> read_head(Reading& reading) {
  std::optional<std::string> name = reading.name();
  if (!name) return std::nullopt;
  const auto type = reading.number();
  const auto record_class = reading.number();
  const auto ttl_s = reading.long_number();
  const auto length = reading.number();
  if (!length || reading.left() < *length) return std::nullopt;
  // RFC 2181 §8: a number above 2^31 - 1 is zero.
  return RecordHead{std::move(*name), *type, *record_class, *ttl_s >> 31 != 0 ? 0 : *ttl_s, *length};
}

std::optional<std::string> read_texts(WireBytes data) {
  std::string text;
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t length = data[at];
    if (at + 1 + length > data.size()) return std::nullopt;
    text.append(reinterpret_cast<const char*>(data.data()) + at + 1, length);
    at += 1 + length;
  }
  return text;
}

/// The value of a record; false when the data has not the form of the record's type.
bool read_value(Reading& reading, Record& record, std::size_t length) {
  switch (record.type) {
    case RecordType::mx: {
      const auto preference = reading.number();
      std::optional<std::string> host = reading.name();
      if (!preference || !host) return false;
      record.value = MailHost{*preference, std::move(*host)};
      return true;
    }
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::ptr: {
      std::optional<std::string> name = reading.name();
      if (!name) return false;
      record.value = std::move(*name);
      return true;
    }
    case RecordType::txt: {
      std::optional<std::string> texts = read_texts(*reading.bytes(length));
      if (!texts) return false;
      record.value = std::move(*texts);
      return true;
    }
    case RecordType::a:
    case RecordType::aaaa: {
      const auto address = net::Address::from_bytes(*reading.bytes(length));
      if (!address || address->is_v4() != (record.type == RecordType::a)) return false;
      record.value = *address;
      return true;
    }
    case RecordType::tlsa: {
      const WireBytes data = *reading.bytes(length);
      if (data.size() < kTlsaHeadBytes) return false;
      record.value = Tlsa{data[0], data[1], data[2], {data.begin() + kTlsaHeadBytes, data.end()}};
      return true;
    }
  }
  return false;
}

bool is_known(std::uint16_t type) {
  switch (static_cast<RecordType>(type)) {
    case RecordType::a:
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::ptr:
    case RecordType::mx:
    case RecordType::txt:
    case RecordType::aaaa:
    case RecordType::tlsa:
      return true;
  }
  return false;
}

bool read_answers(Reading& reading, std::size_t count, std::vector<Record>& records) {
  for (std::size_t i = 0; i < count; ++i) {
    std::optional<RecordHead> head = read_head(reading);
    if (!head) return false;
    const std::size_t end = reading.at() + head->length;
    if (head->record_class != kInternet || !is_known(head->type)) {
      reading.skip(head->length);
      continue;
    }
    Record record{std::move(head->name), static_cast<RecordType>(head->type), head->ttl_s, {}};
    if (!read_value(reading, record, head->length) || reading.at() != end) return false;
    records.push_back(std::move(record));
  }
  return true;
}

/// RFC 2308 §5: the smaller of the time to live of the SOA record and its last number. nullopt when the
/// section has no such record, or cannot be read.
std::optional<std::uint32_t> read_denial_ttl(Reading& reading, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::optional<RecordHead> head = read_head(reading);
    if (!head) return std::nullopt;
    if (head->type != kSoa) {
      reading.skip(head->length);
      continue;
    }
    if (head->length < kSoaNumbersBytes || !reading.skip(head->length - 4)) return std::nullopt;
    return std::min(*reading.long_number(), head->ttl_s);
  }
  return std::nullopt;
}

}  // namespace

std::optional<ServerAnswer> read_server_answer(WireBytes message) {
  if (message.size() < kHeaderBytes) return std::nullopt;
  ServerAnswer answer;
  answer.authoritative = (message[2] & kAuthoritative) != 0;
  answer.resolves = (message[3] & kRecursionAvailable) != 0;
  answer.authentic = (message[3] & kAuthentic) != 0;
  answer.code = static_cast<Rcode>(message[3] & 0x0fU);
  const auto count = [&](std::size_t at) {
    return static_cast<std::size_t>(message[at] << 8 | message[at + 1]);
  };
  const std::size_t records = count(6);
  Reading reading(message);
  reading.skip(kHeaderBytes);
  for (std::size_t i = 0; i < count(4); ++i) {
    if (!reading.name() || !reading.skip(kQuestionTailBytes)) return std::nullopt;
  }
  if (!read_answers(reading, std::min(records, kRecordsMax), answer.records)) return std::nullopt;
  if (records <= kRecordsMax) answer.denial_ttl_s = read_denial_ttl(reading, std::min(count(8), kRecordsMax));
  return answer;
}

}  // namespace sesame::dns
