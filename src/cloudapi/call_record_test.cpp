#include "cloudapi/call_record.hpp"

#include <gtest/gtest.h>

namespace sesame::cloudapi {
namespace {

CallRecord a_call() {
  CallRecord record;
  record.number = 7;
  record.time_ms = 1'767'225'600'123;
  record.account_id = 3;
  record.us = 412;
  record.request_bytes = 231;
  record.answer_bytes = 90;
  record.request_id = "5b1f8e0a-3c5d-4a51-9d55-6f0c8b1f2a3e";
  record.credential = "AKIDmine";
  record.client = "cli";
  record.peer = "192.0.2.7";
  record.action = "SendEmail";
  record.version = "2020-10-02";
  record.region = "ap-guangzhou";
  return record;
}

CallRecord a_refusal() {
  CallRecord record = a_call();
  record.code = "InvalidParameterValue";
  record.reason = "api.value";
  record.message_en = "no";
  record.message_zh = "不";
  record.cause = "private";
  return record;
}

TEST(CallRecord, of_a_success_comes_back_with_its_facts_only) {
  std::string bytes;
  write_record(bytes, a_call());
  ByteReader from(bytes);
  const CallRecord read = read_record(from);
  EXPECT_TRUE(from.at_end());
  EXPECT_FALSE(from.failed());
  EXPECT_EQ(read.number, 7U);
  EXPECT_EQ(read.time_ms, a_call().time_ms);
  EXPECT_EQ(read.account_id, 3);
  EXPECT_EQ(read.us, 412U);
  EXPECT_EQ(read.request_bytes, 231U);
  EXPECT_EQ(read.answer_bytes, 90U);
  EXPECT_EQ(read.request_id, a_call().request_id);
  EXPECT_EQ(read.credential, "AKIDmine");
  EXPECT_EQ(read.client, "cli");
  EXPECT_EQ(read.peer, "192.0.2.7");
  EXPECT_EQ(read.action, "SendEmail");
  EXPECT_EQ(read.version, "2020-10-02");
  EXPECT_EQ(read.region, "ap-guangzhou");
  EXPECT_FALSE(read.refused());
  EXPECT_FALSE(read.has_evidence);
}

TEST(CallRecord, of_a_refusal_comes_back_with_its_reason_and_only_with_the_evidence_it_has) {
  std::string bytes;
  write_record(bytes, a_refusal());
  CallRecord with = a_refusal();
  with.has_evidence = true;
  with.request_line = "POST / HTTP/1.1";
  with.headers = "Host: a\n";
  with.canonical = "POST\n/\n";
  with.string_to_sign = "TC3";
  with.signature_digest = "ab";
  with.body = "{}";
  write_record(bytes, with);
  ByteReader from(bytes);
  const CallRecord first = read_record(from);
  const CallRecord second = read_record(from);
  EXPECT_TRUE(from.at_end() && !from.failed());
  EXPECT_EQ(first.message_zh, "不");
  EXPECT_EQ(first.cause, "private");
  EXPECT_FALSE(first.has_evidence);
  EXPECT_EQ(second.reason, "api.value");
  EXPECT_EQ(second.request_line, "POST / HTTP/1.1");
  EXPECT_EQ(second.canonical, "POST\n/\n");
  EXPECT_EQ(second.body, "{}");
  EXPECT_TRUE(second.has_evidence);
}

TEST(CallRecord, says_who_was_proven_and_what_was_a_repetition) {
  std::string bytes;
  CallRecord call = a_call();
  call.proven = true;
  write_record(bytes, call);
  call = a_refusal();
  call.replayed = true;
  write_record(bytes, call);
  ByteReader from(bytes);
  const CallRecord first = read_record(from);
  const CallRecord second = read_record(from);
  EXPECT_TRUE(first.proven && !first.replayed);
  EXPECT_TRUE(!second.proven && second.replayed);
  EXPECT_EQ(second.message_zh, "不");
}

TEST(CallRecord, leaves_out_what_the_one_before_it_says) {
  std::string bytes;
  const CallRecord first = a_call();
  write_record(bytes, first);
  CallRecord second = a_refusal();
  second.request_id = "00000000-3c5d-4a51-9d55-6f0c8b1f2a3e";
  second.action = "ListReceivers";
  second.client = "";
  write_record(bytes, second, &first);
  write_record(bytes, second, &second);
  std::string whole;
  for (const CallRecord& record : {first, second, second}) write_record(whole, record);
  ByteReader from(bytes);
  const CallRecord one = read_record(from);
  const CallRecord two = read_record(from, &one);
  const CallRecord three = read_record(from, &two);
  EXPECT_TRUE(from.at_end() && !from.failed());
  EXPECT_LT(bytes.size(), whole.size() - 50);
  for (const CallRecord& read : {two, three}) {
    EXPECT_EQ(read.request_id, second.request_id);
    EXPECT_EQ(read.credential, "AKIDmine");
    EXPECT_EQ(read.client, "");
    EXPECT_EQ(read.action, "ListReceivers");
    EXPECT_EQ(read.region, "ap-guangzhou");
    EXPECT_EQ(read.code, "InvalidParameterValue");
    EXPECT_EQ(read.message_zh, "不");
  }
}

TEST(CallRecord, that_was_cut_off_is_noticed) {
  std::string bytes;
  write_record(bytes, a_refusal());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteReader from(std::string_view(bytes).substr(0, size));
    read_record(from);
    EXPECT_TRUE(from.failed()) << size;
  }
}

TEST(CallRecord, of_a_row_has_a_short_id_and_comes_back_as_any_other) {
  CallRecord odd = a_refusal();
  odd.request_id = "5B1F8E0A-3C5D-4A51-9D55-6F0C8B1F2A3E";  // Not as uuid_text() writes it.
  const CallRecord calls[] = {a_call(), odd, a_refusal(), a_call()};
  std::string row, plain;
  const CallRecord* previous = nullptr;
  for (const CallRecord& call : calls) {
    write_row_record(row, call, previous);
    write_record(plain, call, previous);
    previous = &call;
  }
  EXPECT_EQ(records_of_row(row), plain);
  EXPECT_EQ(plain.size() - row.size(), 3 * (1 + 36 - 16)) << "one size byte and twenty of the text, thrice";
  EXPECT_EQ(records_of_row(plain), plain) << "a row that was written with texts";
  for (std::size_t cut = 0; cut < row.size(); ++cut) {
    const std::string whole = records_of_row(std::string_view(row).substr(0, cut));
    EXPECT_TRUE(plain.starts_with(whole)) << cut;
  }
}

}  // namespace
}  // namespace sesame::cloudapi
