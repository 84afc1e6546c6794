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
                                        {"no answer from {endpoint} ({problem}); is `sesame serve` running, "
                                         "and is --endpoint or SESAME_ENDPOINT right?"}};
// The server answered something that is not an answer of the Cloud API.
inline constexpr ErrorName kBadAnswer{
    "client.bad_answer", Fault::state, {"the server's answer is not one of the Cloud API"}};
// The user stopped the command.
inline constexpr ErrorName kStopped{"client.stopped", Fault::state, {"stopped"}};
// The environment names no credential.
inline constexpr ErrorName kNoCredential{
    "client.no_credential",
    Fault::input,
    {"no credential: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in the environment"}};
// The endpoint is not a URL. Facts: value.
inline constexpr ErrorName kEndpoint{
    "client.endpoint", Fault::input, {"`{value}` is no endpoint; write http://HOST:PORT"}};
// The account has no such group. Facts: value.
inline constexpr ErrorName kGroupMissing{
    "client.group_missing", Fault::state, {"there is no group `{value}`"}};
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
// A file cannot be read or written. Facts: problem.
inline constexpr ErrorName kFile{"client.file", Fault::input, {"{problem}"}};
// The text of --json is not a JSON object. Facts: problem.
inline constexpr ErrorName kJson{"client.json", Fault::input, {"{problem}"}};
// A parameter of a call is not written as --Name VALUE. Facts: problem.
inline constexpr ErrorName kFlag{"client.flag", Fault::input, {"{problem}"}};
// The file of an import cannot be read or has no column of addresses. Facts: problem.
inline constexpr ErrorName kImportFile{"import.file", Fault::input, {"{problem}"}};
// A quoted cell of a CSV file has no end. Facts: line.
inline constexpr ErrorName kQuoteOpen{
    "csv.quote_open", Fault::input, {"line {line}: a quoted cell has no end"}};
// A row of a CSV file is longer than a row may be. Facts: line.
inline constexpr ErrorName kRowTooLong{"csv.row_too_long", Fault::input, {"line {line} is too long"}};

}  // namespace sesame::commands::errors
