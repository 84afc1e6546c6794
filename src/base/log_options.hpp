#pragma once

#include "base/log.hpp"
#include "base/setting.hpp"

namespace sesame {

struct LogOptions {
  Level level = Level::info;
  bool json = false;  // One JSON object a line instead of key=value.

  void visit(SettingVisitor& settings) {
    settings.choice("log.level", level,
                    {{"debug", Level::debug},
                     {"info", Level::info},
                     {"warning", Level::warning},
                     {"error", Level::error}},
                    "least severe level that is logged", Reload::now);
    settings.choice("log.form", json, {{"text", false}, {"json", true}},
                    "form of the log: key=value lines, or one JSON object per line");
  }
};

/// Changes the level of a log that is in use. Thread: any.
void change_log_level(Level level);

}  // namespace sesame
