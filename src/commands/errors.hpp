#pragma once

#include "base/error.hpp"

namespace sesame::commands::errors {

// The server could not start for want of memory.
inline constexpr ErrorName kNoMemory{
    "serve.no_memory",
    Fault::temporary,
    {"there is not enough memory to start; raise the limits (ulimit -v, MemoryMax of systemd)"}};
// The server refused a call. Facts: code, message, request_id.
inline constexpr ErrorName kRefused{
    "client.refused", Fault::state, {"{code}: {message} (request {request_id})"}};
// The server did not answer. Facts: endpoint, problem.
inline constexpr ErrorName kUnreachable{"client.unreachable",
                                        Fault::temporary,
                                        {"no answer from {endpoint}: {problem}; is `sesame serve` running, "
                                         "and is --endpoint or SESAME_ENDPOINT right?"}};
// The server answered something that is not an answer of the Cloud API.
inline constexpr ErrorName kBadAnswer{
    "client.bad_answer", Fault::state, {"the server's answer is not one of the Cloud API"}};
// The user stopped the command.
inline constexpr ErrorName kStopped{"client.stopped", Fault::state, {"stopped"}};
// The user stopped the watching of a task. Facts: value.
inline constexpr ErrorName kNotWatching{
    "client.not_watching",
    Fault::state,
    {"no longer watching; task {value} goes on; `sesame tasks stop {value}` ends it"}};
// The dry run of a task found reasons for which the server would refuse it. Facts: value.
inline constexpr ErrorName kWouldBeRefused{
    "client.would_be_refused", Fault::state, {"the task would be refused: {value} thing(s) in the way"}};
// The environment names no credential.
inline constexpr ErrorName kNoCredential{
    "client.no_credential",
    Fault::input,
    {"no credential: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in the environment"}};
// Only one half of a credential for the server is in the environment. Facts: value, missing.
inline constexpr ErrorName kHalfCredential{"client.half_credential",
                                           Fault::input,
                                           {"{value} is set and {missing} is not; set both (they make the "
                                            "first credential of an empty data folder), or "
                                            "neither"}};
// No server uses the database. Facts: path.
inline constexpr ErrorName kNoServer{
    "client.no_server",
    Fault::state,
    {"no server uses {path}; is --data-dir right, and is `sesame serve` running on this machine?"}};
// A running server kept its old settings. Facts: problem.
inline constexpr ErrorName kReloadFailed{
    "client.reload_failed", Fault::state, {"the server keeps its old settings: {problem}"}};
// The endpoint is not a URL. Facts: value.
inline constexpr ErrorName kEndpoint{
    "client.endpoint", Fault::input, {"`{value}` is no endpoint; write http://HOST:PORT"}};
// The account has no group of that name. Facts: value, region.
inline constexpr ErrorName kGroupMissing{
    "client.group_missing",
    Fault::state,
    {"there is no group named `{value}` in region {region}; `sesame groups` lists those there are, --region "
     "chooses another region, --group-id takes a number instead of a name"}};
// The account has no group of that number. Facts: value, region.
inline constexpr ErrorName kGroupNumberMissing{
    "client.group_number_missing",
    Fault::state,
    {"there is no group number {value} in region {region}; `sesame groups` lists those there are, --region "
     "chooses another region"}};
// A group that an import would make has a name that looks like a number. Facts: value, region.
inline constexpr ErrorName kGroupNameDigits{"client.group_name_digits",
                                            Fault::input,
                                            {"there is no group named `{value}` in region {region}; "
                                             "--group-id {value} means the group of that number, "
                                             "--create makes a group of that name"}};
// The account has no template of that name. Facts: value, region.
inline constexpr ErrorName kTemplateMissing{
    "client.template_missing",
    Fault::state,
    {"there is no template `{value}` in region {region}; `sesame templates` lists those there are, --region "
     "chooses another region"}};
// Several templates may be meant. Facts: value, numbers.
inline constexpr ErrorName kTemplateAmbiguous{
    "client.template_ambiguous",
    Fault::input,
    {"`{value}` may mean several templates ({numbers}); choose one with --template-id"}};
// The account has no such webhook. Facts: value.
inline constexpr ErrorName kNoWebhook{
    "client.no_webhook",
    Fault::state,
    {"there is no webhook of {value}; `sesame webhooks list` shows those there are"}};
// The recipients of an import are stored, but not merged into the group after the longest wait.
inline constexpr ErrorName kStillMerging{
    "client.still_merging",
    Fault::temporary,
    {"the recipients are stored, but still being merged; `sesame groups` shows when the group has them"}};
// The task that the command waits for has failed. Facts: problem.
inline constexpr ErrorName kTaskFailed{
    "client.task_failed", Fault::state, {"{?{problem}|the task has failed}"}};
// Somebody stopped the task that the command waits for. Facts: problem.
inline constexpr ErrorName kTaskStopped{"client.task_stopped", Fault::state, {"{problem}"}};
// The account has no send task.
inline constexpr ErrorName kNoTasks{
    "client.no_tasks", Fault::state, {"no send tasks yet; `sesame send` starts one"}};
// A moment on the command line. Facts: value, problem.
inline constexpr ErrorName kMoment{
    "client.moment",
    Fault::input,
    {"`{value}` {problem}; write YYYY-MM-DDTHH:MM:SS+HH:MM (or Z), or without an offset the local time of "
     "the setting `display.time_zone`"}};
// The moment at which a task should begin is past. Facts: value, utc.
inline constexpr ErrorName kMomentPast{
    "client.moment_past", Fault::input, {"`{value}` ({utc}) is past; without --at the mail goes now"}};
// A file cannot be read or written. Facts: problem.
inline constexpr ErrorName kFile{"client.file", Fault::input, {"{problem}"}};
// An act that can't be undone was not confirmed. Facts: problem.
inline constexpr ErrorName kNotConfirmed{"client.not_confirmed", Fault::input, {"{problem}"}};
// No hold lasts on the path that a command names. Facts: problem.
inline constexpr ErrorName kNoHold{"client.no_hold", Fault::state, {"{problem}"}};
// The rules of delivery that were read again have faults. Facts: problem.
inline constexpr ErrorName kRuleFaults{"client.rule_faults", Fault::state, {"{problem}"}};
// The text of --json is not a JSON object. Facts: problem.
inline constexpr ErrorName kJson{"client.json", Fault::input, {"{problem}"}};
// A parameter of a call is not written as --Name VALUE. Facts: problem.
inline constexpr ErrorName kFlag{"client.flag", Fault::input, {"{problem}"}};
// The file of an import cannot be read or has no column of addresses. Facts: problem.
inline constexpr ErrorName kImportFile{"import.file", Fault::input, {"{problem}"}};
// A quoted cell of a CSV file has no end. Facts: line.
inline constexpr ErrorName kQuoteOpen{
    "csv.quote_open",
    Fault::input,
    {"line {line}: a cell begins with a quotation mark that nothing closes; nothing was stored. Close it, or "
     "double it if it belongs to the text"}};
// A row of a CSV file is longer than a row may be. Facts: line.
inline constexpr ErrorName kRowTooLong{
    "csv.row_too_long",
    Fault::input,
    {"line {line} is longer than a mebibyte; nothing was stored. Is this a CSV file?"}};

}  // namespace sesame::commands::errors
