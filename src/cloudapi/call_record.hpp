#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace sesame::cloudapi {

/// The kept facts of one call of the API. All texts are borrowed: from the request that is being answered, or
/// from the stored bytes that it was read from. A value.
struct CallRecord {
  std::uint64_t number = 0;     // In the order of the answers. 0: not numbered yet.
  std::int64_t time_ms = 0;     // When the request had come.
  std::int64_t account_id = 0;  // 0: the caller named no credential of an account.
  bool proven = false;          // The caller is that account's.
  bool replayed = false;        // Answered with what the call of that RequestId was answered before.
  std::uint64_t us = 0;
  std::uint64_t request_bytes = 0;  // The body's.
  std::uint64_t answer_bytes = 0;
  std::string_view request_id;
  std::string_view credential;  // The SecretId, or the name of the console's user.
  std::string_view client;      // "console", "cli", or as the program calls itself.
  std::string_view peer;
  std::string_view action, version, region;  // As named by the caller.
  std::string_view code;                     // Empty: carried out.

  // Refused calls only.
  std::string_view reason;                  // ErrorName::name
  std::string_view message_en, message_zh;  // As answered, in both languages.
  std::string_view cause;                   // For the operator.
  std::string_view request_line;            // "POST / HTTP/1.1"; parameters are cut.
  std::string_view headers;                 // "Name: value\n" each, without secrets.
  std::string_view canonical;               // The text that the server hashed, secrets cut.
  std::string_view string_to_sign;          // Empty when something had to be cut from `canonical`.
  std::string_view signature_digest;        // SHA-256 of the signature that came, in hex.
  std::string_view body;                    // JSON without sensitive members; mostly empty.
  bool has_evidence = false;                // The members from `request_line` on are filled.

  bool refused() const { return !code.empty(); }
};

/// Appends the record in its stored form: its number as a varint, then write_facts(). Texts that `previous`
/// has, too, the record that was appended before, are left out: the calls of an account resemble each other.
void write_record(std::string& out, const CallRecord& record, const CallRecord* previous = nullptr);
/// Appends all but the number.
void write_facts(std::string& out, const CallRecord& record, const CallRecord* previous = nullptr);

/// As write_record(), for rows: a RequestId that is a UUID takes 16 bytes, since its text takes long to
/// compress.
void write_row_record(std::string& out, const CallRecord& record, const CallRecord* previous);
/// The records of a row as write_record() would have written them: those that read_record() reads.
std::string records_of_row(std::string_view row);

/// Reads the next record; its texts lie in the bytes of `from`, or where those of `previous` lie, the record
/// that was read before. Check from.failed() afterwards. Thread: any.
CallRecord read_record(ByteReader& from, const CallRecord* previous = nullptr);

}  // namespace sesame::cloudapi
