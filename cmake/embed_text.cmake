# cmake -DINPUT=<file> -DOUTPUT=<file.cpp> -DNAME=<ns::of::constant> -P embed_text.cmake
# Writes a source file that defines `extern const std::string_view NAME`: the bytes of a text file.
file(READ ${INPUT} text)
string(REGEX MATCH "^(.*)::([^:]+)$" matched ${NAME})
file(WRITE ${OUTPUT} "#include <string_view>
namespace ${CMAKE_MATCH_1} {
extern const std::string_view ${CMAKE_MATCH_2};
const std::string_view ${CMAKE_MATCH_2} = R\"embedded(${text})embedded\";
}  // namespace ${CMAKE_MATCH_1}
")
