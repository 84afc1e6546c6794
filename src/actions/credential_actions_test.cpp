#include <gtest/gtest.h>

#include <boost/json/value_to.hpp>

#include "accounts/accounts.hpp"
#include "actions/families.hpp"
#include "audience/merger.hpp"
#include "audience/uploads.hpp"
#include "cloudapi/check.hpp"
#include "cloudapi/description.hpp"
#include "testkit/cloud_api.hpp"

namespace sesame::actions {
namespace {

namespace json = boost::json;

// A server with one account, whose credential (testkit::kSecretId) manages the others. Every answer is
// checked against the description.
class CredentialActionsTest : public testing::Test {
 protected:
  using Call = cloudapi::SignedCall;

  CredentialActionsTest() {
    accounts::KeyPair first{std::string(testkit::kSecretId), Secret(std::string(testkit::kSecretKey))};
    EXPECT_TRUE(accounts::ensure_first_credential(*api_.database, api_.secrets, api_.random,
                                                  api_.clock.now_ms(), std::move(first)));
    EXPECT_TRUE(accounts::load_keyring(*api_.database, api_.secrets, api_.keyring));
    add_account_actions(api_.actions, {api_.random, {}});
    add_credential_actions(api_.actions, {api_.secrets, api_.keyring, api_.tokens, api_.random, {}});
  }

  struct Signer {
    std::string id{testkit::kSecretId};
    std::string key{testkit::kSecretKey};
    std::string token;
  };

  net::HttpResponse send(const Signer& signer, std::string_view action, const json::object& parameters) {
    const std::string body = json::serialize(parameters);
    Call call;
    call.action = action;
    call.version = kOwnVersion;
    call.host = "127.0.0.1:8080";
    call.body = body;
    call.timestamp_s = api_.clock.now_s();
    net::HttpRequest request = testkit::signed_request(call, signer.id, signer.key);
    if (!signer.token.empty()) testkit::set_header(request, "X-TC-Token", signer.token);
    return api_.send(std::move(request));
  }
  json::object call(const Signer& signer, std::string_view action, const json::object& parameters = {}) {
    const net::HttpResponse answer = send(signer, action, parameters);
    EXPECT_EQ(testkit::CloudApi::outcome_of(answer), "OK") << action;
    json::object response = testkit::CloudApi::response_of(answer);
    response.erase("RequestId");
    EXPECT_TRUE(cloudapi::check_answer(*cloudapi::find_action(kOwnVersion, action), response)) << response;
    return response;
  }
  /// The code of the refusal, or "OK".
  std::string code(const Signer& signer, std::string_view action, const json::object& parameters = {}) {
    const std::string outcome = testkit::CloudApi::outcome_of(send(signer, action, parameters));
    return outcome.substr(0, outcome.find(':'));
  }
  static std::string text(const json::object& object, std::string_view name) {
    return json::value_to<std::string>(object.at(name));
  }
  Signer created(const json::object& parameters = {}) {
    api_.clock.advance(std::chrono::milliseconds(1));
    const json::object made = call(admin_, "CreateCredential", parameters);
    return {text(made, "SecretId"), text(made, "SecretKey"), ""};
  }
  Signer session(const Signer& parent, const json::object& parameters = {}) {
    const json::object made = call(parent, "CreateSessionToken", parameters);
    return {text(made, "TmpSecretId"), text(made, "TmpSecretKey"), text(made, "Token")};
  }

  static constexpr const char* kPage = R"({"Offset":0,"Limit":10})";
  json::object page() { return json::parse(kPage).as_object(); }

  testkit::CloudApi api_;
  const Signer admin_;
};

TEST_F(CredentialActionsTest, a_new_credential_works_and_a_disabled_one_does_not) {
  const Signer made = created({{"Name", "shop"}});
  EXPECT_EQ(code(made, "ListCredentials", page()), "OK");
  call(admin_, "DisableCredential", {{"CredentialId", made.id}});
  EXPECT_EQ(code(made, "ListCredentials", page()), "AuthFailure.SecretIdNotFound");
  call(admin_, "EnableCredential", {{"CredentialId", made.id}});
  EXPECT_EQ(code(made, "ListCredentials", page()), "OK");
  EXPECT_EQ(code(admin_, "DeleteCredential", {{"CredentialId", made.id}}), "ResourceInUse");
  call(admin_, "DisableCredential", {{"CredentialId", made.id}});
  call(admin_, "DeleteCredential", {{"CredentialId", made.id}});
  EXPECT_EQ(code(made, "ListCredentials", page()), "AuthFailure.SecretIdNotFound");
  EXPECT_EQ(code(admin_, "EnableCredential", {{"CredentialId", made.id}}), "ResourceNotFound");
}

TEST_F(CredentialActionsTest, a_list_shows_no_keys) {
  const Signer made = created({{"Name", "shop"}, {"Permission", "list"}, {"Actions", {"SendEmail"}}});
  const json::object listed = call(admin_, "ListCredentials", page());
  EXPECT_EQ(listed.at("TotalCount"), 2);
  EXPECT_EQ(json::serialize(listed).find(made.key), std::string::npos);
  const json::object& row = listed.at("Data").at(1).as_object();
  EXPECT_EQ(text(row, "Permission"), "list");
  EXPECT_EQ(json::serialize(row.at("Actions")), R"(["SendEmail"])");
}

TEST_F(CredentialActionsTest, each_may_call_what_it_was_given) {
  const Signer reader = created({{"Permission", "read-only"}});
  const Signer lister = created({{"Permission", "list"}, {"Actions", {"CreateCredential"}}});
  EXPECT_EQ(code(reader, "ListCredentials", page()), "OK");
  EXPECT_EQ(code(reader, "CreateCredential"), "AuthFailure.UnauthorizedOperation");
  EXPECT_EQ(code(lister, "ListCredentials", page()), "AuthFailure.UnauthorizedOperation");
  EXPECT_EQ(code(lister, "CreateCredential"), "AuthFailure.UnauthorizedOperation")
      << "it would give itself more";
}

TEST_F(CredentialActionsTest, the_refusal_names_the_call) {
  const Signer reader = created({{"Permission", "read-only"}});
  const net::HttpResponse answer = send(reader, "CreateCredential", {});
  const std::string outcome = testkit::CloudApi::outcome_of(answer);
  EXPECT_NE(outcome.find("(ses:CreateCredential)"), std::string::npos) << outcome;
  EXPECT_NE(outcome.find(text(testkit::CloudApi::response_of(answer), "RequestId")), std::string::npos);
}

TEST_F(CredentialActionsTest, refuses_permissions_that_say_nothing) {
  const auto refused = [&](const json::object& parameters) {
    return code(admin_, "CreateCredential", parameters);
  };
  EXPECT_EQ(refused({{"Permission", "everything"}}), "InvalidParameterValue");
  EXPECT_EQ(refused({{"Permission", "list"}}), "MissingParameter");
  EXPECT_EQ(refused({{"Actions", {"SendEmail"}}}), "InvalidParameterValue");
  EXPECT_EQ(refused({{"Permission", "list"}, {"Actions", {"SendEmail", "Fly"}}}), "InvalidParameterValue");
}

TEST_F(CredentialActionsTest, only_the_first_account_manages_others) {
  const json::object account = call(admin_, "CreateAccount", {{"Name", "Bookshop"}});
  const json::object theirs{{"AppId", account.at("AppId")}};
  const json::object made = call(admin_, "CreateCredential", theirs);
  const Signer tenant{text(made, "SecretId"), text(made, "SecretKey"), ""};
  EXPECT_EQ(call(tenant, "ListCredentials", page()).at("TotalCount"), 1) << "its own only";
  EXPECT_EQ(code(tenant, "CreateCredential"), "OK");
  EXPECT_EQ(code(tenant, "CreateAccount", {{"Name", "x"}}), "AuthFailure.UnauthorizedOperation");
  EXPECT_EQ(code(tenant, "ListAccounts", page()), "AuthFailure.UnauthorizedOperation");
  EXPECT_EQ(code(tenant, "DisableCredential", {{"CredentialId", admin_.id}}), "ResourceNotFound");
  json::object first = call(admin_, "ListAccounts", page()).at("Data").at(0).as_object();
  EXPECT_TRUE(first.at("Administers").as_bool());
  EXPECT_EQ(code(tenant, "CreateCredential", {{"AppId", first.at("AppId")}}),
            "AuthFailure.UnauthorizedOperation");
  EXPECT_EQ(code(admin_, "CreateCredential", {{"AppId", 7}}), "ResourceNotFound");
  const Signer reader = created({{"Permission", "read-only"}});
  EXPECT_EQ(code(reader, "ListAccounts", page()), "AuthFailure.UnauthorizedOperation");
}

TEST_F(CredentialActionsTest, nobody_locks_everybody_out) {
  EXPECT_EQ(code(admin_, "DisableCredential", {{"CredentialId", admin_.id}}), "OperationDenied");
  EXPECT_EQ(code(admin_, "ListCredentials", page()), "OK");
}

TEST_F(CredentialActionsTest, a_session_token_serves_until_its_time) {
  const Signer temporary = session(admin_, {{"DurationSeconds", 60}});
  EXPECT_EQ(code(temporary, "ListCredentials", page()), "OK");
  EXPECT_EQ(code({temporary.id, temporary.key, ""}, "ListCredentials", page()), "AuthFailure.TokenFailure");
  EXPECT_EQ(code({temporary.id, "wrong", temporary.token}, "ListCredentials", page()),
            "AuthFailure.SignatureFailure");
  EXPECT_EQ(code({admin_.id, admin_.key, temporary.token}, "ListCredentials", page()),
            "AuthFailure.TokenFailure");
  api_.clock.advance(std::chrono::seconds(60));
  EXPECT_EQ(code(temporary, "ListCredentials", page()), "AuthFailure.TokenFailure");
}

TEST_F(CredentialActionsTest, a_session_token_is_never_more_than_its_credential) {
  const Signer temporary = session(admin_);
  EXPECT_EQ(code(temporary, "CreateCredential"), "AuthFailure.UnauthorizedOperation");
  EXPECT_EQ(code(temporary, "CreateAccount", {{"Name", "x"}}), "AuthFailure.UnauthorizedOperation");
  EXPECT_EQ(code(temporary, "CreateSessionToken"), "AuthFailure.UnauthorizedOperation");
  const Signer narrow = session(admin_, {{"Permission", "list"}, {"Actions", {"SendEmail"}}});
  EXPECT_EQ(code(narrow, "ListCredentials", page()), "AuthFailure.UnauthorizedOperation");
  const Signer made = created();
  const Signer theirs = session(made);
  call(admin_, "DisableCredential", {{"CredentialId", made.id}});
  EXPECT_EQ(code(theirs, "ListCredentials", page()), "AuthFailure.TokenFailure");
}

}  // namespace
}  // namespace sesame::actions
