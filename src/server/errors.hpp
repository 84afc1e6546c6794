#pragma once

#include "base/error.hpp"

namespace sesame::server::errors {

// A flag, a variable or the settings file names no setting. Facts: key, origin, nearest.
inline constexpr ErrorName kUnknownSetting{
    "settings.unknown",
    Fault::input,
    {"there is no setting `{key}` ({origin}); did you mean `{nearest}`? `sesame config` lists all"}};
// The value of a setting breaks its rule. Facts: key, value, rule, origin.
inline constexpr ErrorName kSettingValue{
    "settings.value", Fault::input, {"setting `{key}` ({origin}) is `{value}`; it must be {rule}"}};
// A flag sets a secret. Facts: key, variable.
inline constexpr ErrorName kSecretFlag{
    "settings.secret_flag",
    Fault::input,
    {"setting `{key}` is a secret, and every user of this machine can read command lines; write it into the "
     "settings file (--config) or the environment variable {variable}"}};
// The settings file cannot be read. Facts: path, problem.
inline constexpr ErrorName kSettingsFile{"settings.file", Fault::input, {"settings file {path}: {problem}"}};
// The data folder cannot be made. Facts: path, problem.
inline constexpr ErrorName kDataDir{
    "server.data_dir",
    Fault::internal,
    {"folder {path} (setting `data_dir`): {problem}; give it to the user who runs Sesame, or name another "
     "folder with --data-dir"}};
// A server cannot listen on the address of a setting. Facts: host, port, key, problem.
inline constexpr ErrorName kListen{"server.listen",
                                   Fault::state,
                                   {"cannot listen on {host}:{port} (setting `{key}`): {problem}; it needs "
                                    "an address of this machine and a port "
                                    "that this user may take"}};
// A data folder has no database. Facts: path.
inline constexpr ErrorName kNoDatabase{"server.no_database",
                                       Fault::input,
                                       {"there is no database at {path}; is --data-dir right? The first "
                                        "`sesame serve` makes it and shows the first "
                                        "credential"}};
// The file of the first credential cannot be written. Facts: path, problem.
inline constexpr ErrorName kCredentialFile{
    "server.credential_file",
    Fault::internal,
    {"cannot write the first credential to {path}: {problem}; make room or give this user the folder, or "
     "print it with --print-secrets"}};
// The console is switched off.
inline constexpr ErrorName kConsoleOff{
    "server.console_off", Fault::state, {"the console is off (setting `console.enabled`)"}};
// A link of the console cannot be left in the data folder. Facts: path, problem.
inline constexpr ErrorName kLinkFile{
    "server.link_file",
    Fault::internal,
    {"cannot write a link to {path}: {problem}; run the command as the user who runs Sesame"}};
// The mark that holds delivery cannot be set or removed. Facts: path, problem.
inline constexpr ErrorName kHoldMark{
    "server.hold_mark", Fault::internal, {"the mark that holds delivery, {path}: {problem}"}};
// A master key cannot be taken into a restored folder. Facts: path, problem.
inline constexpr ErrorName kMasterKey{"restore.master_key", Fault::input, {"master key {path}: {problem}"}};
// The database cannot be opened. Facts: problem.
inline constexpr ErrorName kDatabase{"server.database", Fault::internal, {"{problem}"}};

}  // namespace sesame::server::errors
