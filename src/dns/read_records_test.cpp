#include "dns/read_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace sesame::dns {
namespace {

using testing::ElementsAre;
using namespace std::string_literals;

std::optional<ServerAnswer> read(const std::string& message) {
  return read_server_answer({reinterpret_cast<const unsigned char*>(message.data()), message.size()});
}

std::string number(unsigned value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

/// One question for "a.", then the records.
std::string message(const std::string& records, unsigned answers, const std::string& flags = "\x85\x00"s,
                    unsigned authority = 0) {
  return "\x12\x34"s + flags + number(1) + number(answers) + number(authority) + number(0) +
         "\x01"
         "a\x00\x00\x10\x00\x01"s +
         records;
}

/// A record of the name of the question, by a pointer to it.
std::string record(unsigned type, const std::string& data, const std::string& ttl = "\x00\x00\x00\x3c"s,
                   unsigned record_class = 1) {
  return "\xc0\x0c"s + number(type) + number(record_class) + ttl +
         number(static_cast<unsigned>(data.size())) + data;
}

TEST(ServerAnswer, is_refused_at_every_cut) {
  const std::string whole = message(record(16, "\x02hi"s), 1);
  const auto answer = read(whole);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->authoritative);
  EXPECT_FALSE(answer->resolves);
  EXPECT_THAT(answer->records, ElementsAre(Record{"a", RecordType::txt, 60, "hi"s}));
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(read(whole.substr(0, length))) << length;
  EXPECT_FALSE(read(message(record(16, "\x09hi"s), 1))) << "the string is longer than its record";
}

TEST(ServerAnswer, has_records_of_every_type_that_is_asked_for) {
  const std::string records = record(1, "\xc0\x00\x02\x07"s) + record(2, "\x02ns\xc0\x0c"s) +
                              record(5,
                                     "\x01"
                                     "B\x00"s) +
                              record(12, "\x04Host\x04Test\x00"s) + record(15, "\x00\x0a\x02mx\xc0\x0c"s) +
                              record(28, "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01"s) +
                              record(52, "\x03\x01\x01\xab\xcd"s) + record(99, "anything");
  const auto answer = read(message(records, 8));
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->records,
              ElementsAre(Record{"a", RecordType::a, 60, *net::Address::parse("192.0.2.7")},
                          Record{"a", RecordType::ns, 60, "ns.a"s}, Record{"a", RecordType::cname, 60, "b"s},
                          Record{"a", RecordType::ptr, 60, "host.test"s},
                          Record{"a", RecordType::mx, 60, MailHost{10, "mx.a"}},
                          Record{"a", RecordType::aaaa, 60, *net::Address::parse("2001:db8::1")},
                          Record{"a", RecordType::tlsa, 60, Tlsa{3, 1, 1, {0xab, 0xcd}}}));
}

TEST(ServerAnswer, is_refused_when_a_value_has_not_the_form_of_its_type) {
  for (const std::string& wrong :
       {record(1, "\x01\x02\x03"s), record(1, std::string(16, '\1')), record(28, std::string(4, '\1')),
        record(15, "\x00"s), record(15, "\x00\x0a"s), record(15, "\x00\x0a\x00\x00"s), record(5, "\xc0\xff"s),
        record(5, "\xc0\x21"s), record(52, "\x03\x01"s)}) {
    EXPECT_FALSE(read(message(wrong, 1)));
  }
}

TEST(ServerAnswer, has_its_flags_and_its_code) {
  const auto answer = read(message("", 0, "\x81\xa3"s));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, Rcode::no_such_name);
  EXPECT_TRUE(answer->resolves);
  EXPECT_TRUE(answer->authentic);
  EXPECT_FALSE(answer->authoritative);
  EXPECT_FALSE(answer->denial_ttl_s);
}

TEST(ServerAnswer, has_no_negative_time_and_no_record_of_another_class) {
  const auto answer =
      read(message(record(16, "\x02hi"s, "\x80\x00\x00\x01"s) + record(16, "\x02no"s, "\0\0\0\1"s, 3), 2));
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->records, ElementsAre(Record{"a", RecordType::txt, 0, "hi"s}));
}

TEST(ServerAnswer, has_the_time_of_its_denial) {
  const std::string data = "\x02ns\xc0\x0c\x00"s + std::string(16, '\0') + "\x00\x00\x01\x2c"s;  // 300 s.
  const std::string flags = "\x81\x83"s;
  EXPECT_EQ(read(message(record(6, data, "\x00\x00\x0e\x10"s), 0, flags, 1))->denial_ttl_s, 300u);
  EXPECT_EQ(read(message(record(6, data, "\x00\x00\x00\x3c"s), 0, flags, 1))->denial_ttl_s, 60u);
  EXPECT_EQ(read(message(record(2, "\x00"s) + record(6, data), 0, flags, 2))->denial_ttl_s, 60u);
  EXPECT_EQ(read(message(record(2, "\x00"s), 0, flags, 1))->denial_ttl_s, std::nullopt);
  EXPECT_EQ(read(message(record(6, "\x00\x00"s), 0, flags, 1))->denial_ttl_s, std::nullopt);
  EXPECT_EQ(read(message("cut", 0, flags, 1))->denial_ttl_s, std::nullopt);
}

TEST(ServerAnswer, is_read_up_to_two_hundred_records) {
  std::string records;
  for (int i = 0; i < 300; ++i) records += record(1, "\x08\x08\x08\x08"s);
  EXPECT_EQ(read(message(records, 300))->records.size(), 200u);
}

}  // namespace
}  // namespace sesame::dns
