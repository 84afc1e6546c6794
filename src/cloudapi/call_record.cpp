#include "cloudapi/call_record.hpp"

#include <array>
#include <cstddef>
#include <iterator>
#include <optional>

#include "base/uuid.hpp"

namespace sesame::cloudapi {
namespace {

constexpr std::size_t kIdBytes = 16;

// The first byte of the facts: which texts there are, two facts, and how the others are stored.
constexpr std::uint8_t kPlain = 1;
constexpr std::uint8_t kRefused = 2;
constexpr std::uint8_t kWithEvidence = 3;
constexpr std::uint8_t kTextsMask = 0x0f;
constexpr std::uint8_t kProven = 0x10;
constexpr std::uint8_t kReplayed = 0x20;
constexpr std::uint8_t kBinaryId = 0x80;   // The RequestId is 16 bytes, without its size.
constexpr std::uint8_t kShortened = 0x40;  // A byte follows that has a bit for each text of kAlike left out.

void write_text(ByteWriter& writer, std::string& out, std::string_view text) {
  writer.varint(text.size());
  out += text;
}

std::string_view read_text(ByteReader& from) { return from.raw(from.varint()); }

/// The texts of each part, in their stored order.
constexpr std::string_view CallRecord::*kAlike[] = {
    &CallRecord::credential, &CallRecord::client, &CallRecord::peer, &CallRecord::action,
    &CallRecord::version,    &CallRecord::region, &CallRecord::code};
constexpr std::string_view CallRecord::*kRefusalTexts[] = {&CallRecord::reason, &CallRecord::message_en,
                                                           &CallRecord::message_zh, &CallRecord::cause};
constexpr std::string_view CallRecord::*kEvidenceTexts[] = {
    &CallRecord::request_line,   &CallRecord::headers,          &CallRecord::canonical,
    &CallRecord::string_to_sign, &CallRecord::signature_digest, &CallRecord::body};

/// The numbers of a record, appended at once: byte by byte they cost as much as all its texts.
class NumberBuffer {
 public:
  void byte(std::uint8_t byte) { bytes_[size_++] = static_cast<char>(byte); }
  void varint(std::uint64_t number) {
    char* const at = bytes_.data() + size_;
    size_ += static_cast<std::size_t>(ByteWriter::encode_varint(number, at) - at);
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 2 + 5 * ByteWriter::kVarintBytesMax> bytes_;
  std::size_t size_ = 0;
};

void append_facts(std::string& out, const CallRecord& record, const CallRecord* previous,
                  const std::optional<std::array<char, 16>>& binary_id) {
  ByteWriter writer(out);
  std::uint8_t form = record.has_evidence ? kWithEvidence : record.refused() ? kRefused : kPlain;
  if (record.proven) form |= kProven;
  if (record.replayed) form |= kReplayed;
  if (binary_id) form |= kBinaryId;
  std::uint8_t left_out = 0;
  if (previous != nullptr) {
    form |= kShortened;
    for (std::size_t i = 0; i < std::size(kAlike); ++i) {
      if (record.*kAlike[i] == previous->*kAlike[i]) left_out |= static_cast<std::uint8_t>(1U << i);
    }
  }
  NumberBuffer numbers;
  numbers.byte(form);
  if (previous != nullptr) numbers.byte(left_out);
  numbers.varint(static_cast<std::uint64_t>(record.time_ms));
  numbers.varint(static_cast<std::uint64_t>(record.account_id));
  numbers.varint(record.us);
  numbers.varint(record.request_bytes);
  numbers.varint(record.answer_bytes);
  out.append(numbers.view());
  if (binary_id)
    out.append(binary_id->data(), binary_id->size());
  else
    write_text(writer, out, record.request_id);
  for (std::size_t i = 0; i < std::size(kAlike); ++i) {
    if ((left_out >> i & 1) == 0) write_text(writer, out, record.*kAlike[i]);
  }
  if ((form & kTextsMask) == kPlain) return;
  for (const auto text : kRefusalTexts) write_text(writer, out, record.*text);
  if ((form & kTextsMask) == kRefused) return;
  for (const auto text : kEvidenceTexts) write_text(writer, out, record.*text);
}

/// `id` gets the text of a binary RequestId, which the record borrows.
CallRecord read(ByteReader& from, const CallRecord* previous, std::string& id) {
  CallRecord record;
  record.number = from.varint();
  const std::uint8_t form = from.byte();
  record.proven = (form & kProven) != 0;
  record.replayed = (form & kReplayed) != 0;
  const std::uint8_t left_out = (form & kShortened) != 0 ? from.byte() : std::uint8_t{0};
  record.time_ms = static_cast<std::int64_t>(from.varint());
  record.account_id = static_cast<std::int64_t>(from.varint());
  record.us = from.varint();
  record.request_bytes = from.varint();
  record.answer_bytes = from.varint();
  if ((form & kBinaryId) != 0) {
    const std::string_view bytes = from.raw(kIdBytes);  // Empty when the row is cut there.
    if (!bytes.empty()) id = uuid_text(bytes);
    record.request_id = id;
  } else {
    record.request_id = read_text(from);
  }
  for (std::size_t i = 0; i < std::size(kAlike); ++i) {
    if ((left_out >> i & 1) == 0)
      record.*kAlike[i] = read_text(from);
    else if (previous != nullptr)
      record.*kAlike[i] = previous->*kAlike[i];
  }
  if ((form & kTextsMask) < kRefused) return record;
  for (const auto text : kRefusalTexts) record.*text = read_text(from);
  if ((form & kTextsMask) < kWithEvidence) return record;
  record.has_evidence = true;
  for (const auto text : kEvidenceTexts) record.*text = read_text(from);
  return record;
}

}  // namespace

void write_facts(std::string& out, const CallRecord& record, const CallRecord* previous) {
  append_facts(out, record, previous, std::nullopt);
}

void write_record(std::string& out, const CallRecord& record, const CallRecord* previous) {
  ByteWriter(out).varint(record.number);
  write_facts(out, record, previous);
}

void write_row_record(std::string& out, const CallRecord& record, const CallRecord* previous) {
  ByteWriter(out).varint(record.number);
  append_facts(out, record, previous, uuid_bytes(record.request_id));
}

std::string records_of_row(std::string_view row) {
  std::string records;
  records.reserve(2 * row.size());
  ByteReader from(row);
  CallRecord previous;
  bool first = true;
  while (!from.at_end()) {
    std::string id;
    CallRecord record = read(from, &previous, id);
    if (from.failed()) break;
    write_record(records, record, first ? nullptr : &previous);
    record.request_id = {};  // It borrows `id`.
    previous = record;
    first = false;
  }
  return records;
}

CallRecord read_record(ByteReader& from, const CallRecord* previous) {
  std::string id;
  CallRecord record = read(from, previous, id);
  if (!id.empty()) record.request_id = {};  // Only rows have such records.
  return record;
}

}  // namespace sesame::cloudapi
