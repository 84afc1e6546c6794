#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/value_to.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/gateway.hpp"
#include "testkit/cloud_api.hpp"

namespace sesame::cloudapi {

inline constexpr storage::Sql kAddFake{"test.add",
                                       "INSERT INTO account (app_id, created_ms) VALUES (?1, ?2)"};
inline constexpr storage::Sql kCountFake{"test.count", "SELECT count(*) FROM account"};

// The family of the fake actions below.
inline constexpr ErrorName kShelfFull{"shelf.full", Fault::state};
inline constexpr ErrorName kShelfCollapsed{"shelf.collapsed", Fault::internal};
inline constexpr ErrorCode kFakeCodes[] = {{kShelfFull, "LimitExceeded.ExceedReceiverLimit"}};

inline Field fake_field(std::string name, Type type, bool required = false) {
  Field made;
  made.name = std::move(name);
  made.type = type;
  made.required = required;
  return made;
}

inline ActionDescription describe_fake(std::string name,
                                       ActionDescription::Effect effect = ActionDescription::Effect::read) {
  ActionDescription made;
  made.effect = effect;
  made.name = std::move(name);
  made.version = "2020-10-02";
  made.service = "ses";
  made.input = {fake_field("Name", Type::string), fake_field("Count", Type::uint64),
                fake_field("Offset", Type::uint64), fake_field("Limit", Type::uint64)};
  return made;
}

// Actions of the gateway's tests: Count reads the database, Add writes it, Refuse writes and then gives up.
class GatewayTest : public testing::Test {
 protected:
  GatewayTest() : GatewayTest(testkit::CloudApi::unlimited()) {}
  explicit GatewayTest(GatewayOptions options) : api_(std::move(options)) {
    add(count_,
        [](Call&) -> Result<Work> { return Work::read([](auto& reader) { return counted(reader); }); });
    add(add_, [this](Call& call) -> Result<Work> {
      const std::int64_t number = boost::json::value_to<std::int64_t>(call.parameters.at("Count"));
      return Work::write(
          [this, number](storage::Writer& writer) -> Answer {
            writer.run(kAddFake, number, 0);
            writer.after_commit([this, number] { committed_.push_back(number); });
            return counted(writer);
          },
          [this] { ++woken_; });
    });
    add(refuse_, [this](Call& call) -> Result<Work> {
      const std::string reason(call.parameters.at("Name").as_string());
      return Work::write(
          [this, reason](storage::Writer& writer) -> Answer {
            writer.run(kAddFake, 99, 0);
            writer.after_commit([this] { committed_.push_back(-1); });
            if (reason == "shelf.full") return Error(kShelfFull).because("private");
            return Error(kShelfCollapsed).because("private");
          },
          [this] { ++woken_; });
    });
    add(list_,
        [](Call&) -> Result<Work> { return Work::read([](auto& reader) { return counted(reader); }); });
  }

  void add(const ActionDescription& described, std::function<Result<Work>(Call&)> prepare,
           bool heavy = false) {
    Action action;
    action.name = described.name;
    action.version = described.version;
    action.heavy = heavy;
    action.prepare = std::move(prepare);
    action.codes = kFakeCodes;
    action.description = &described;
    api_.actions.add(std::move(action));
  }

  static Answer counted(storage::Reader& reader) {
    const auto rows = reader.query(kCountFake);
    rows->next();
    boost::json::object fields;
    fields["Accounts"] = rows->next_integer();
    return fields;
  }

  // The outcome of a right call of Count, except for what `change` did to it.
  template <class Change>
  std::string after(Change change) {
    net::HttpRequest request = api_.request("Count");
    change(request);
    return api_.outcome(std::move(request));
  }
  std::string without(std::string_view header) {
    return after([&](net::HttpRequest& request) { testkit::set_header(request, header, ""); });
  }
  std::string with(std::string_view header, std::string_view value) {
    return after([&](net::HttpRequest& request) { testkit::set_header(request, header, value); });
  }

  void expect_stranger(const net::HttpRequest& head, std::uint64_t bytes) {
    const net::BodyAllowance allowed = api_.gateway().allow_body(head);
    EXPECT_EQ(allowed.bytes, bytes);
    EXPECT_FALSE(allowed.known_client);
  }

  const ActionDescription count_ = describe_fake("Count"),
                          add_ = describe_fake("Add", ActionDescription::Effect::write),
                          refuse_ = describe_fake("Refuse", ActionDescription::Effect::write),
                          list_ = describe_fake("ListEmailIdentities");
  std::atomic<int> woken_{0};
  std::vector<std::int64_t> committed_;  // Written by the writer's thread, read after the answer.
  testkit::CloudApi api_;
};

}  // namespace sesame::cloudapi
