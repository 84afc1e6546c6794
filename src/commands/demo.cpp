#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/base64.hpp"
#include "base/beijing_time.hpp"
#include "base/log.hpp"
#include "base/log_options.hpp"
#include "commands/api_client.hpp"
#include "commands/environment.hpp"
#include "commands/errors.hpp"
#include "commands/groups.hpp"
#include "commands/import_file.hpp"
#include "server/server.hpp"
#include "server/server_settings.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kDomain = "mail.sesame.example";
constexpr const char* kSender = "news@mail.sesame.example";
constexpr const char* kSubject = "{{name}}, your {{city}} voucher is inside";
constexpr const char* kConsoleUser = "demo";
constexpr std::chrono::milliseconds kPoll{100};

/// The credential of the example, kept in the data folder (mode 0600) so that the next run can sign, too.
accounts::KeyPair demo_credential(const std::string& folder, Random& random) {
  const std::string path = folder + "/demo-credential";
  std::ifstream in(path);
  std::string id;
  std::string key;
  if (in >> id >> key) return {id, Secret(key)};
  accounts::KeyPair made = accounts::generate_key_pair(random);
  const mode_t before = umask(0077);
  std::filesystem::create_directories(folder);
  std::ofstream out(path, std::ios::trunc);
  out << made.secret_id << '\n' << made.secret_key.reveal() << '\n';
  umask(before);
  return made;
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return Error(errors::kFile).with("problem", "cannot read " + path + "; run from the project's folder");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// Succeeds as well when an earlier run did it already.
Status once(const Result<json::object>& answer, std::string_view known_code) {
  if (answer) return Done{};
  for (const Error::Fact& fact : answer.error().facts()) {
    if (fact.name == "code" && fact.value == known_code) return Done{};
  }
  return answer.error();
}

struct Campaign {
  std::uint64_t recipients = 0;
  std::uint64_t task_id = 0;
  std::uint64_t template_id = 0;
  std::uint64_t group_id = 0;
  double upload_s = 0;
  double mailing_s = 0;
};

Status prepare_sender(ApiClient& client) {
  Status domain = once(client.ses("CreateEmailIdentity", {{"EmailIdentity", kDomain}, {"DKIMOption", 1}}),
                       "InvalidParameterValue.RepeatCreation");
  if (!domain) return domain;
  return once(
      client.ses("CreateEmailAddress", {{"EmailAddress", kSender}, {"EmailSenderName", "Sesame News"}}),
      "InvalidParameterValue.RepeatEmailAddress");
}

Status create_template(ApiClient& client, const std::string& examples, Campaign& campaign) {
  const Result<std::string> html = read_file(examples + "/template.html");
  if (!html) return html.error();
  const Result<std::string> text = read_file(examples + "/template.txt");
  if (!text) return text.error();
  const Result<json::object> answer = client.ses(
      "CreateEmailTemplate",
      {{"TemplateName", "Example voucher"},
       {"TemplateContent", json::object{{"Html", encode_base64(*html)}, {"Text", encode_base64(*text)}}}});
  if (!answer) return answer.error();
  campaign.template_id = answer->at("TemplateID").to_number<std::uint64_t>();
  return Done{};
}

Status upload(Context& context, ApiClient& client, const std::string& examples, Campaign& campaign) {
  std::string name = "Example " + format_beijing_time(context.terminal.clock().now_ms());
  for (char& c : name) c = c == ':' ? '-' : c;
  const Result<std::uint64_t> id = create_group(client, name, "Made by the example campaign");
  if (!id) return id.error();
  campaign.group_id = *id;
  Result<ImportFile> file =
      ImportFile::open({.file = examples + "/recipients.csv", .encoding = "", .columns = {}}, context.pause);
  if (!file) return std::move(file).error();
  Progress reading(context.terminal, "uploading", "bytes");
  ImportReport report;
  const auto advance = [&](std::uint64_t at, std::uint64_t size) { reading.show(at, size); };
  constexpr std::size_t kBatch = 20'000;
  const Status uploaded = file->upload(client, *id, kBatch, advance, context.pause, report);
  reading.finish();
  if (!uploaded) return uploaded;
  Progress merging(context.terminal, "merging", "recipients");
  while (true) {
    const Result<RemoteGroup> group = find_group(client, {.name = "", .id = *id});
    if (!group) return group.error();
    merging.show(group->recipients, report.stored);
    constexpr std::uint64_t kUploaded = 3;
    if (group->status == kUploaded) break;
    if (!context.pause.wait(kPoll)) return Error(errors::kStopped);
  }
  campaign.recipients = report.stored;
  campaign.upload_s = reading.seconds();
  return Done{};
}

Status mail(Context& context, ApiClient& client, Campaign& campaign) {
  const auto begin = context.terminal.clock().steady_now();
  const Result<json::object> answer =
      client.ses("BatchSendEmail",
                 {{"FromEmailAddress", fmt::format("Sesame News <{}>", kSender)},
                  {"ReceiverId", campaign.group_id},
                  {"Subject", kSubject},
                  {"TaskType", 1},
                  {"Template", json::object{{"TemplateID", campaign.template_id}, {"TemplateData", "{}"}}}});
  if (!answer) return answer.error();
  campaign.task_id = answer->at("TaskId").to_number<std::uint64_t>();
  Status status = watch_task(context, client, campaign.task_id);
  campaign.mailing_s = std::chrono::duration<double>(context.terminal.clock().steady_now() - begin).count();
  return status;
}

void summarize(Context& context, const ApiClient& client, const Campaign& campaign,
               const std::string& console) {
  Terminal& out = context.terminal;
  const ApiAccess& access = client.access();
  const double rate = static_cast<double>(campaign.recipients) / std::max(0.001, campaign.mailing_s);
  out.line("");
  out.line(out.bold("The example campaign is in the inbox"));
  out.line(fmt::format("  uploaded   {} recipients through the signed API in {:.2f} s",
                       grouped(campaign.recipients), campaign.upload_s));
  out.line(fmt::format("  mailed     {} mails, rendered, DKIM-signed and stored, in {:.1f} s ({} a second)",
                       grouped(campaign.recipients), campaign.mailing_s,
                       grouped(static_cast<std::uint64_t>(rate))));
  out.line(fmt::format("  API        {}  (region {}; no mail leaves this machine in mode sandbox)",
                       access.endpoint, access.region));
  if (!console.empty()) out.line("  console    " + console);
  out.line("");
  out.line(out.bold("Try it, in another terminal"));
  out.line("  export TENCENTCLOUD_SECRET_ID=" + access.secret_id);
  out.line(fmt::format("  export TENCENTCLOUD_SECRET_KEY={}", access.secret_key.reveal()));
  out.line("  export SESAME_ENDPOINT=" + access.endpoint);
  out.line("  build/sesame inbox list");
  out.line("  build/sesame inbox show 1");
  out.line(fmt::format(
      "  build/sesame call SendEmail --FromEmailAddress {} \\\n"
      "    --Destination '[\"you@example.com\"]' --Subject 'Hello {{{{name}}}}' \\\n"
      "    --Template.TemplateID {} \\\n"
      "    --Template.TemplateData '{{\"name\":\"You\",\"city\":\"Paris\",\"voucher\":\"AB12\"}}'",
      kSender, campaign.template_id));
  out.line("");
}

Status run_campaign(Context& context, ApiClient& client, const std::string& examples,
                    const std::string& console) {
  Campaign campaign;
  if (Status status = prepare_sender(client); !status) return status;
  if (Status status = create_template(client, examples, campaign); !status) return status;
  if (Status status = upload(context, client, examples, campaign); !status) return status;
  if (Status status = mail(context, client, campaign); !status) return status;
  summarize(context, client, campaign, console);
  return Done{};
}

}  // namespace

int demo(Context& context, const DemoOptions& options) {
  const auto fail = [&](const std::string& text) {
    context.terminal.complain(text);
    return 1;
  };
  const Result<server::Settings> settings = load_settings(context, options.serve);
  if (!settings) return fail(explain(settings.error()));
  const auto chosen = settings->get<server::ServerSettings>();
  if (chosen.mode != delivery::Mode::sandbox) {
    return fail("the example campaign is only for delivery.mode sandbox: it must not leave this machine");
  }
  LogOptions log;
  log.level = Level::warning;
  start_log(log);
  SystemClock clock;
  SystemRandom random;
  accounts::KeyPair credential = demo_credential(chosen.data_dir, random);
  ApiAccess access;
  access.secret_id = credential.secret_id;
  access.secret_key = credential.secret_key.copy();
  auto started =
      server::Server::start(*settings, clock, random, {.first_credential = {.given = std::move(credential)}});
  if (!started) return fail(explain(started.error()));
  access.endpoint = (*started)->endpoint();
  Result<ApiClient> client = ApiClient::create(std::move(access), clock, context.pause);
  if (!client) return fail(explain(client.error()));
  std::string console = (*started)->console_url();
  if (!console.empty()) {
    const Result<std::string> token = (*started)->console_login_token(kConsoleUser);
    if (!token) return fail(explain(token.error()));
    console += "#login=" + *token;
  }
  if (const Status status = run_campaign(context, *client, options.examples, console); !status) {
    // The task does not go on here: its server stops, too.
    const bool stopped = status.error().is(errors::kNotWatching);
    return commands::fail(context, stopped ? Error(errors::kStopped) : status.error());
  }
  if (!options.once) {
    context.terminal.line("serving until Ctrl-C");
    while (context.pause.wait_for_signal() != Pause::Signal::stop) continue;
  }
  (*started)->stop();
  return 0;
}

}  // namespace sesame::commands
