#pragma once

#include <string>

#include "commands/csv.hpp"
#include "commands/import_columns.hpp"

namespace sesame::commands {

/// The address of a row, without the unseen characters around it. Pure.
std::string address_of(const ImportColumns& columns, const CsvReader::Row& row);

/// The row's variables as JSON text; empty when the list has none. Pure.
std::string data_of(const ImportColumns& columns, const CsvReader::Row& row);

/// Why the API would refuse this row, as a sentence; empty when it would store it. `encoding` is that of the
/// file. Pure.
std::string fault_of(const ImportColumns& columns, const CsvReader::Row& row, const std::string& encoding);

}  // namespace sesame::commands
