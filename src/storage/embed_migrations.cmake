# cmake -DFOLDER=<folder of the .sql files> -DOUTPUT=<.cpp> -P embed_migrations.cmake
# Writes the numbered files NNNN_<name>.sql as a table, in the order of their numbers. A new file has the number
# after the last one: these numbers were never released, and a database that has a later one refuses them for ever.
set(gaps 8 9 12 14 21 24 25 26 27)
cmake_minimum_required(VERSION 3.25)
file(GLOB files ${FOLDER}/*.sql)
list(SORT files)
set(rows "")
set(last_number 0)
foreach(file ${files})
  get_filename_component(stem ${file} NAME_WE)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
    message(FATAL_ERROR "${file}: a migration is called NNNN_<name>.sql")
  endif()
  string(REGEX REPLACE "^0+" "" number ${CMAKE_MATCH_1})
  if(number EQUAL last_number)
    message(FATAL_ERROR "${file}: the number ${number} is taken")
  endif()
  if(number IN_LIST gaps)
    message(FATAL_ERROR "${file}: the gap ${number} must stay one: databases that have a later number refuse it; "
                        "take the number after the last file")
  endif()
  math(EXPR expected "${last_number} + 1")
  while(expected IN_LIST gaps)
    math(EXPR expected "${expected} + 1")
  endwhile()
  if(NOT number EQUAL expected)
    message(FATAL_ERROR "${file}: the next number is ${expected}, not ${number}")
  endif()
  set(last_number ${number})
  file(READ ${file} script)
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
