#include "cloudapi/call_record.hpp"

namespace sesame::cloudapi {
namespace {

constexpr std::uint8_t kPlain = 1;
constexpr std::uint8_t kRefused = 2;
constexpr std::uint8_t kWithEvidence = 3;

void write_text(ByteWriter& writer, std::string& out, std::string_view text) {
  writer.varint(text.size());
  out += text;
}

std::string_view read_text(ByteReader& from) { return from.raw(from.varint()); }

/// The texts of each part, in their stored order.
constexpr std::string_view CallRecord::*kTexts[] = {
    &CallRecord::request_id, &CallRecord::credential, &CallRecord::client, &CallRecord::peer,
    &CallRecord::action,     &CallRecord::version,    &CallRecord::region, &CallRecord::code};
constexpr std::string_view CallRecord::*kRefusalTexts[] = {&CallRecord::reason, &CallRecord::message_en,
                                                           &CallRecord::message_zh, &CallRecord::cause};
constexpr std::string_view CallRecord::*kEvidenceTexts[] = {
    &CallRecord::request_line,   &CallRecord::headers,          &CallRecord::canonical,
    &CallRecord::string_to_sign, &CallRecord::signature_digest, &CallRecord::body};

}  // namespace

void write_record(std::string& out, const CallRecord& record) {
  ByteWriter writer(out);
  writer.byte(record.has_evidence ? kWithEvidence : record.refused() ? kRefused : kPlain);
  writer.varint(record.number);
  writer.varint(static_cast<std::uint64_t>(record.time_ms));
  writer.varint(static_cast<std::uint64_t>(record.account_id));
  writer.varint(record.us);
  writer.varint(record.request_bytes);
  writer.varint(record.answer_bytes);
  for (const auto text : kTexts) write_text(writer, out, record.*text);
  if (!record.has_evidence && !record.refused()) return;
  for (const auto text : kRefusalTexts) write_text(writer, out, record.*text);
  if (!record.has_evidence) return;
  for (const auto text : kEvidenceTexts) write_text(writer, out, record.*text);
}

CallRecord read_record(ByteReader& from) {
  CallRecord record;
  const std::uint8_t form = from.byte();
  record.number = from.varint();
  record.time_ms = static_cast<std::int64_t>(from.varint());
  record.account_id = static_cast<std::int64_t>(from.varint());
  record.us = from.varint();
  record.request_bytes = from.varint();
  record.answer_bytes = from.varint();
  for (const auto text : kTexts) record.*text = read_text(from);
  if (form < kRefused) return record;
  for (const auto text : kRefusalTexts) record.*text = read_text(from);
  if (form < kWithEvidence) return record;
  record.has_evidence = true;
  for (const auto text : kEvidenceTexts) record.*text = read_text(from);
  return record;
}

}  // namespace sesame::cloudapi
