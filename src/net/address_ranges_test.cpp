#include "net/address_ranges.hpp"

#include <gtest/gtest.h>

#include "net/forwarded.hpp"

namespace sesame::net {
namespace {

AddressRanges ranges(std::vector<std::string> texts) { return AddressRanges::parse(texts).value(); }

TEST(AddressRanges, holds_addresses_and_nets_of_both_families) {
  const AddressRanges set = ranges({"127.0.0.1", " 10.0.0.0/8", "192.168.1.128/25", "2001:db8::/33", "::1"});
  for (const char* inside : {"127.0.0.1", "10.255.0.1", "192.168.1.200", "2001:db8:7fff::1", "::1",
                             "::ffff:10.1.2.3", "::ffff:127.0.0.1"})
    EXPECT_TRUE(set.contains(inside)) << inside;
  for (const char* outside : {"127.0.0.2", "11.0.0.1", "192.168.1.127", "2001:db8:8000::1", "::2", "",
                              "proxy", "10.0.0.1:80", "10.0.0"})
    EXPECT_FALSE(set.contains(outside)) << outside;
  EXPECT_FALSE(set.contains(std::string_view("127.0.0.1\0x", 11)));
  EXPECT_TRUE(ranges({"0.0.0.0/0"}).contains("203.0.113.1"));
  EXPECT_FALSE(ranges({"0.0.0.0/0"}).contains("2001:db8::1"));
  EXPECT_TRUE(ranges({"::/0"}).contains("203.0.113.1"));
  EXPECT_FALSE(ranges({}).contains("127.0.0.1"));
}

TEST(AddressRanges, names_the_text_that_is_none) {
  for (const char* wrong :
       {"", "proxy.test", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "10/8", "::/129", "/8"}) {
    const std::vector<std::string> texts{"127.0.0.1", wrong};
    const auto parsed = AddressRanges::parse(texts);
    ASSERT_FALSE(parsed) << wrong;
    EXPECT_EQ(parsed.error().reason(), "net.bad_range");
    EXPECT_EQ(parsed.error().facts().front().value, wrong);
  }
}

struct Client {
  std::string address;
  bool secure;
  bool operator==(const Client&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Client& client) {
  return out << client.address << (client.secure ? " secure" : " plain");
}

Client client(std::string peer, std::vector<HttpHeader> headers) {
  static const AddressRanges proxies = ranges({"127.0.0.1", "10.0.0.0/8", "fd00::/8"});
  HttpRequest request;
  request.peer_address = std::move(peer);
  request.headers = std::move(headers);
  apply_forwarded(request, proxies);
  return {request.peer_address, request.secure};
}

TEST(Forwarded, the_client_is_the_last_address_that_is_no_proxy) {
  const auto through = [](std::string chain) {
    return client("127.0.0.1", {{"X-Forwarded-For", chain}}).address;
  };
  EXPECT_EQ(through("198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(through("198.51.100.7, 10.1.2.3"), "198.51.100.7");
  EXPECT_EQ(through("8.8.8.8, 198.51.100.7,10.1.2.3 , 10.0.0.1"), "198.51.100.7")
      << "the client may lie before";
  EXPECT_EQ(through("10.9.9.9, 10.1.2.3"), "10.9.9.9") << "a client in the proxies' own net";
  EXPECT_EQ(through("2001:db8::7"), "2001:db8::7");
  EXPECT_EQ(through("[2001:db8::7]:1234"), "2001:db8::7");
  EXPECT_EQ(through("\"[2001:db8::7]\""), "2001:db8::7");
  EXPECT_EQ(through("198.51.100.7:4711"), "198.51.100.7");
  EXPECT_EQ(through("::ffff:198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(through("198.51.100.7, unknown"), "127.0.0.1") << "the proxy did not know it";
  EXPECT_EQ(through("198.51.100.7, unknown, 10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(through(""), "127.0.0.1");
  EXPECT_EQ(
      client("127.0.0.1", {{"x-forwarded-for", "8.8.8.8"}, {"X-Forwarded-For", "198.51.100.7"}}).address,
      "198.51.100.7")
      << "several headers are one list";
}

TEST(Forwarded, the_scheme_is_the_proxys) {
  EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-Proto", "https"}}), (Client{"10.0.0.1", true}));
  EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-Proto", "http, HTTPS"}}), (Client{"10.0.0.1", true}));
  EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-Proto", "https, http"}}), (Client{"10.0.0.1", false}));
  EXPECT_EQ(client("10.0.0.1", {}), (Client{"10.0.0.1", false}));
}

TEST(Forwarded, headers_of_strangers_do_not_count) {
  const std::vector<HttpHeader> headers{{"X-Forwarded-For", "10.0.0.1"}, {"X-Forwarded-Proto", "https"}};
  EXPECT_EQ(client("198.51.100.7", headers), (Client{"198.51.100.7", false}));
  EXPECT_EQ(client("fe80::1", headers), (Client{"fe80::1", false}));
}

}  // namespace
}  // namespace sesame::net
