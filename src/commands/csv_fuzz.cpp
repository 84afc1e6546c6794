#include <sstream>

#include "commands/csv.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  sesame::commands::CsvReader reader(in);
  sesame::commands::CsvReader::Row row;
  while (true) {
    const sesame::Result<bool> more = reader.next(row);
    if (!more || !*more) return 0;
    if (row.cells.empty()) __builtin_trap();
  }
}
