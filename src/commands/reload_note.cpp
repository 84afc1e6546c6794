#include "commands/reload_note.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace sesame::commands {

namespace {

std::string note_path(const std::string& database) { return database + ".reload"; }

}  // namespace

void write_reload_note(const std::string& database, const ReloadNote& note) {
  const std::string draft = note_path(database) + ".new";
  {
    std::ofstream out(draft, std::ios::trunc);
    out << note.number << ' ' << note.problem << '\n';
  }
  // Readers find the old note or the whole new one.
  std::rename(draft.c_str(), note_path(database).c_str());
}

ReloadNote read_reload_note(const std::string& database) {
  ReloadNote note;
  std::ifstream in(note_path(database));
  if (in >> note.number) {
    in.get();
    std::getline(in, note.problem);
  }
  return note;
}

int holder_of(const std::string& database) {
  const int file = ::open((database + ".lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const bool free = ::flock(file, LOCK_SH | LOCK_NB) == 0;
  char text[32] = {};
  const ssize_t length = free ? 0 : ::pread(file, text, sizeof(text) - 1, 0);
  ::close(file);
  return length > 0 ? std::atoi(text) : 0;
}

}  // namespace sesame::commands
