# Checks at run time that end the program at a fault of memory, before an attacker can use it, and what they cost:
# docs/decisions/0036-hardening-flags.md. The promise the_program_is_hardened.py reads each of them back from the
# program. Debian's compilers make position independent programs by themselves.
option(SESAME_HARDEN "the release build checks buffers, the stack and jumps at run time" ON)
if(NOT SESAME_HARDEN)
  return()
endif()

# FORTIFY needs an optimised build; sanitizers check the same, and do not go with it.
string(APPEND CMAKE_CXX_FLAGS_RELEASE " -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|i[3-6]86)$")
  string(APPEND CMAKE_CXX_FLAGS_RELEASE " -fcf-protection=full")
endif()
string(APPEND CMAKE_EXE_LINKER_FLAGS_RELEASE " -Wl,-z,relro,-z,now,-z,noexecstack")
