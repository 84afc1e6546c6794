#include "cloudapi/call_record.hpp"

#include <cstddef>
#include <iterator>

namespace sesame::cloudapi {
namespace {

// The first byte of the facts: which texts there are, and two facts.
constexpr std::uint8_t kPlain = 1;
constexpr std::uint8_t kRefused = 2;
constexpr std::uint8_t kWithEvidence = 3;
constexpr std::uint8_t kTextsMask = 0x0f;
constexpr std::uint8_t kProven = 0x10;
constexpr std::uint8_t kReplayed = 0x20;
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

}  // namespace

void write_facts(std::string& out, const CallRecord& record, const CallRecord* previous) {
  ByteWriter writer(out);
  std::uint8_t form = record.has_evidence ? kWithEvidence : record.refused() ? kRefused : kPlain;
  if (record.proven) form |= kProven;
  if (record.replayed) form |= kReplayed;
  std::uint8_t left_out = 0;
  if (previous != nullptr) {
    form |= kShortened;
    for (std::size_t i = 0; i < std::size(kAlike); ++i) {
      if (record.*kAlike[i] == previous->*kAlike[i]) left_out |= static_cast<std::uint8_t>(1U << i);
    }
  }
  writer.byte(form);
  if (previous != nullptr) writer.byte(left_out);
  writer.varint(static_cast<std::uint64_t>(record.time_ms));
  writer.varint(static_cast<std::uint64_t>(record.account_id));
  writer.varint(record.us);
  writer.varint(record.request_bytes);
  writer.varint(record.answer_bytes);
  write_text(writer, out, record.request_id);
  for (std::size_t i = 0; i < std::size(kAlike); ++i) {
    if ((left_out >> i & 1) == 0) write_text(writer, out, record.*kAlike[i]);
  }
  if ((form & kTextsMask) == kPlain) return;
  for (const auto text : kRefusalTexts) write_text(writer, out, record.*text);
  if ((form & kTextsMask) == kRefused) return;
  for (const auto text : kEvidenceTexts) write_text(writer, out, record.*text);
}

void write_record(std::string& out, const CallRecord& record, const CallRecord* previous) {
  ByteWriter(out).varint(record.number);
  write_facts(out, record, previous);
}

CallRecord read_record(ByteReader& from, const CallRecord* previous) {
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
  record.request_id = read_text(from);
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

}  // namespace sesame::cloudapi
