#pragma once

#include <string>
#include <vector>

#include "server/settings.hpp"

namespace sesame::server {

/// A file that more users may read than should.
struct ExposedFile {
  std::string path;
  unsigned mode = 0;    // The permission bits.
  unsigned wanted = 0;  // The largest mode that exposes nothing.
};

/// The files of the database (addresses, evidence, sealed keys) that others than their owner may read, and
/// the settings file if it holds a secret and every user of the machine may read it, or others may change it.
/// The master key is not among them: with such a mode it is refused. Thread: any.
std::vector<ExposedFile> exposed_files(const Settings& settings);

/// Logs a warning about each.
void warn_of_exposed_files(const Settings& settings);

}  // namespace sesame::server
