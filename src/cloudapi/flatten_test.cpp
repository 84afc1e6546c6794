#include "cloudapi/flatten.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "cloudapi/check.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

const ActionDescription& ses(std::string_view action) { return *find_action("2020-10-02", action); }

/// The JSON text, or "reason name rule-or-type".
std::string unflattened(std::string_view action, std::vector<Parameter> parameters) {
  const auto result = unflatten(ses(action), std::move(parameters));
  if (result) return json::serialize(*result);
  std::string text(result.error().reason());
  for (const Error::Fact& fact : result.error().facts()) text += " " + fact.value;
  return text;
}

TEST(Unflatten, gives_every_value_its_type) {
  EXPECT_EQ(unflattened("ListReceivers", {{"Limit", "10"}, {"KeyWord", "10"}, {"Offset", "0"}}),
            R"({"KeyWord":"10","Limit":10,"Offset":0})");
  for (const char* yes : {"true", "True", "TRUE"}) {
    EXPECT_EQ(unflattened("UpdateEmailIdentity", {{"NewAPI", yes}}), R"({"NewAPI":true})");
  }
  EXPECT_EQ(unflattened("UpdateEmailIdentity", {{"NewAPI", "False"}}), R"({"NewAPI":false})");
  EXPECT_EQ(unflattened("CreateReceiver", {{"Desc", ""}}), R"({"Desc":""})");
  EXPECT_EQ(unflattened("DeleteReceiver", {{"ReceiverId", "18446744073709551615"}}),
            R"({"ReceiverId":18446744073709551615})");
  EXPECT_EQ(unflattened("ListEmailAddress", {}), "{}");
}

TEST(Unflatten, nests_and_sorts_by_number) {
  std::vector<Parameter> mail{{"Template.TemplateID", "7"}, {"Template.TemplateData", R"({"k":"v&w=1"})"}};
  std::string expected = R"({"Destination":[)";
  for (int i = 0; i < 12; ++i) {
    mail.emplace_back("Destination." + std::to_string(i), std::string(1, static_cast<char>('a' + i)));
    expected += (i ? ",\"" : "\"") + std::string(1, static_cast<char>('a' + i)) + '"';
  }
  std::ranges::sort(mail);  // As text, the way signature v1 sorts: 10 before 2.
  EXPECT_EQ(unflattened("SendEmail", mail),
            expected + R"(],"Template":{"TemplateData":"{\"k\":\"v&w=1\"}","TemplateID":7}})");
  EXPECT_EQ(unflattened("CreateReceiverDetailWithData", {{"Datas.1.Email", "b"}, {"Datas.0.Email", "a"}}),
            R"({"Datas":[{"Email":"a"},{"Email":"b"}]})");
}

TEST(Unflatten, refuses_what_it_cannot_place) {
  struct Case {
    std::string_view action;
    std::vector<Parameter> parameters;
    std::string_view verdict;
  };
  const Case cases[] = {
      {"ListReceivers", {{"Zoo", "1"}}, "api.unknown Zoo"},
      {"ListReceivers", {{"", "1"}}, "api.unknown "},
      {"ListReceivers", {{"Limit.", "1"}}, "api.unknown Limit."},
      {"ListReceivers", {{"Limit.0", "1"}}, "api.unknown Limit.0"},
      {"ListReceivers", {{"Limit", "1x"}}, "api.type Limit integer"},
      {"ListReceivers", {{"Limit", " 1"}}, "api.type Limit integer"},
      {"ListReceivers", {{"Limit", "+1"}}, "api.type Limit integer"},
      {"ListReceivers", {{"Limit", ""}}, "api.type Limit integer"},
      {"ListReceivers", {{"Limit", "1e2"}}, "api.type Limit integer"},
      {"ListReceivers", {{"Limit", "99999999999999999999"}}, "api.type Limit integer"},
      {"ListReceivers", {{"Limit", "1"}, {"Limit", "2"}}, "api.value Limit repeated"},
      {"ListReceivers", {{"KeyWord", "\xFF"}}, "api.value KeyWord utf8"},
      {"UpdateEmailIdentity", {{"NewAPI", "1"}}, "api.type NewAPI boolean"},
      {"SendEmail", {{"Template", "x"}}, "api.type Template object"},
      {"SendEmail", {{"Template.", "x"}}, "api.type Template. object"},
      {"SendEmail", {{"Template.Zoo", "x"}}, "api.unknown Template.Zoo"},
      {"SendEmail", {{"Destination", "x"}}, "api.type Destination array"},
      {"SendEmail", {{"Destination.1", "x"}}, "api.value Destination.1 index"},
      {"SendEmail", {{"Destination.0", "x"}, {"Destination.0", "y"}}, "api.value Destination.0 repeated"},
      {"SendEmail", {{"Destination.00", "x"}}, "api.unknown Destination.00"},
      {"SendEmail", {{"Destination.-1", "x"}}, "api.unknown Destination.-1"},
      {"SendEmail", {{"Destination.999999999", "x"}}, "api.value Destination.999999999 index"},
      {"SendEmail", {{"Destination.9999999999999", "x"}}, "api.unknown Destination.9999999999999"},
      {"SendEmail", {{"Destination.0.x", "x"}}, "api.unknown Destination.0.x"},
      {"SendEmail", {{"Attachments.0", "x"}}, "api.type Attachments.0 object"},
      {"SendEmail", {{"Attachments.1.FileName", "x"}}, "api.value Attachments.1.FileName index"}};
  for (const Case& c : cases) EXPECT_EQ(unflattened(c.action, c.parameters), c.verdict);
}

TEST(Unflatten, leaves_unset_optionals_to_the_check) {
  for (const auto& [action, name] :
       std::initializer_list<std::pair<std::string_view, std::string>>{{"ListEmailIdentities", "Limit"},
                                                                       {"UpdateEmailIdentity", "NewAPI"},
                                                                       {"ListReceivers", "Status"}}) {
    auto fields = unflatten(*find_action("2020-10-02", action), {{name, ""}});
    ASSERT_TRUE(fields) << name;
    drop_empty_optionals(*find_action("2020-10-02", action), *fields);
    EXPECT_TRUE(fields->empty()) << name;
  }
}

TEST(Flatten, leaves_out_what_has_no_flat_form) {
  const json::object parameters =
      json::parse(R"({"A":null,"B":[],"C":{},"D":[true],"E":{"F":-1}})").as_object();
  EXPECT_EQ(flatten(parameters), (std::vector<Parameter>{{"D.0", "true"}, {"E.F", "-1"}}));
}

/// Random parameters of an action that have a flat form: no null, no empty array or object.
class Generator {
 public:
  json::object object(const std::vector<Field>& fields) {
    json::object out;
    for (const Field& field : fields) {
      if (below(4) != 0) out[field.name] = value(field);
    }
    if (out.empty() && !fields.empty()) out[fields[0].name] = value(fields[0]);
    return out;
  }
  void shuffle(std::vector<Parameter>& parameters) {
    for (std::size_t left = parameters.size(); left > 1; --left) {
      std::swap(parameters[left - 1], parameters[below(left)]);
    }
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }

  json::value value(const Field& field) {
    if (field.type == Type::object) return object(field.structure->fields);
    if (field.type != Type::array) return scalar(field.type);
    json::array out;
    for (std::uint64_t left = 1 + below(13); left > 0; --left) {
      out.push_back(field.item == Type::object ? json::value(object(field.structure->fields))
                                               : scalar(field.item));
    }
    return out;
  }

  json::value scalar(Type type) {
    if (type == Type::boolean) return below(2) == 0;
    if (type == Type::uint64) return random_.next() >> below(64);
    if (type == Type::int64) return static_cast<std::int64_t>(random_.next());
    constexpr std::string_view kPieces[] = {"a", "0", ".", "{}", "邮", " ", "\"", "&=", "True", ""};
    std::string text;
    for (std::uint64_t left = below(5); left > 0; --left) text += kPieces[below(std::size(kPieces))];
    return json::value(text);
  }

  testkit::SeededRandom random_{20261201};
};

TEST(Flatten, is_the_inverse_of_unflatten_for_every_action) {
  Generator generator;
  for (const ActionDescription& action : description().actions) {
    if (action.input.empty()) continue;
    for (int round = 0; round < 100; ++round) {
      const json::object parameters = generator.object(action.input);
      std::vector<Parameter> pairs = flatten(parameters);
      generator.shuffle(pairs);
      const auto again = unflatten(action, std::move(pairs));
      ASSERT_TRUE(again) << action.name << json::serialize(parameters);
      // Integers up to 2^63 have two representations in JSON values, which compare equal.
      ASSERT_EQ(*again, parameters) << action.name;
    }
  }
}

}  // namespace
}  // namespace sesame::cloudapi
