# cmake -DFOLDER=<folder of the .sql files> -DOUTPUT=<.cpp> -P embed_migrations.cmake
# Writes the numbered files NNNN_<name>.sql as a table, in the order of their numbers.
file(GLOB files ${FOLDER}/*.sql)
list(SORT files)
set(rows "")
set(last_version "")
foreach(file ${files})
  get_filename_component(stem ${file} NAME_WE)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
    message(FATAL_ERROR "${file}: a migration is called NNNN_<name>.sql")
  endif()
  set(version ${CMAKE_MATCH_1})
  if(version STREQUAL last_version)
    message(FATAL_ERROR "${file}: the number ${version} is taken")
  endif()
  set(last_version ${version})
  file(READ ${file} script)
  string(REGEX REPLACE "^0+" "" number ${version})
  string(APPEND rows "    {${number}, \"${stem}\", R\"migration(${script})migration\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from src/storage/migrations by embed_migrations.cmake.
#include <array>

#include \"storage/migrations.hpp\"

namespace sesame::storage {
namespace {

constexpr auto kMigrations = std::to_array<Migration>({
    {0, \"\", \"\"},
${rows}});

}  // namespace

std::span<const Migration> embedded_migrations() { return std::span(kMigrations).subspan(1); }

}  // namespace sesame::storage
")
