# Compiles every header by itself: a header that needs another one to be included first does not pass.
file(GLOB headers RELATIVE ${CMAKE_SOURCE_DIR}/src CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/*/*.hpp)
list(FILTER headers EXCLUDE REGEX "_fixture\\.hpp$")  # They stand on the test kit.
set(units)
foreach(header ${headers})
  string(REPLACE "/" "_" unit ${header})
  set(unit ${CMAKE_BINARY_DIR}/headers_alone/${unit}.cpp)
  if(NOT EXISTS ${unit})
    file(WRITE ${unit} "#include \"${header}\"\n")
  endif()
  list(APPEND units ${unit})
endforeach()
add_library(headers_alone OBJECT ${units})
target_link_libraries(headers_alone PRIVATE sesame_commands)
# Only that they compile is asked.
target_compile_options(headers_alone PRIVATE -O0 -g0 -fno-sanitize=all)
