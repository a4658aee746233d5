# A room is one folder, one static library, and one view of the tree.
#
# Every include names its file from the repository's root, as in "autograd/tensor/shape.h". If the
# root itself were on the include path, each room could reach every other. So a room publishes a
# folder of its own, build/rooms/<room>/, that holds nothing but a link to the room's sources: a
# room sees its own headers and those of the rooms it links, and a wrong include fails to compile.

# The compiler options of Plumb's own sources; a stranger who links Plumb never gets them.
# Contraction is off because a fused multiply-add would make results depend on the machine.
add_library(plumb_options INTERFACE)
target_compile_options(
  plumb_options
  INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -ffp-contract=off
            $<$<BOOL:${PLUMB_STRICT}>:-Werror>
            # A false alarm in std::string of GCC 12, its bug 105651.
            $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)

# plumb_publish(<target> <path>): lets the target and those who link it include <path>, a folder or
# a file given from the repository's root, and nothing else.
function(plumb_publish target path)
  set(view "${PROJECT_BINARY_DIR}/rooms/${target}")
  cmake_path(GET path PARENT_PATH parent)
  file(MAKE_DIRECTORY "${view}/${parent}")
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${path}" "${view}/${path}" SYMBOLIC)

  get_target_property(type ${target} TYPE)
  set(scope PUBLIC)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} $<BUILD_INTERFACE:${view}>
                                                $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} ${scope} cxx_std_20)
endfunction()

# plumb_room(<target> FOLDER <folder> [SOURCES <pattern>...] [EXCLUDE <file>...]
#            [LINKS <target>...] [PRIVATE_LINKS <target>...])
#
# FOLDER and the patterns (*.cpp if none is given) are relative to the repository's root and to
# FOLDER. A room of headers alone is an interface library.
function(plumb_room target)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "FOLDER" "SOURCES;EXCLUDE;LINKS;PRIVATE_LINKS")
  if(NOT room_SOURCES)
    set(room_SOURCES "*.cpp")
  endif()
  set(folder "${PROJECT_SOURCE_DIR}/${room_FOLDER}")
  list(TRANSFORM room_SOURCES PREPEND "${folder}/")
  list(TRANSFORM room_EXCLUDE PREPEND "${folder}/")
  file(GLOB sources CONFIGURE_DEPENDS ${room_SOURCES})
  list(REMOVE_ITEM sources ${room_EXCLUDE})

  if(sources)
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC ${room_LINKS}
                                    PRIVATE ${room_PRIVATE_LINKS} $<BUILD_INTERFACE:plumb_options>)
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${room_LINKS})
  endif()
  plumb_publish(${target} ${room_FOLDER})
endfunction()

# plumb_export(<target>...): makes plumb_x known as plumb::x, in this build and once installed.
function(plumb_export)
  foreach(target IN LISTS ARGN)
    string(REGEX REPLACE "^plumb_" "" name ${target})
    add_library(plumb::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    install(TARGETS ${target} EXPORT plumbTargets)
  endforeach()
endfunction()
