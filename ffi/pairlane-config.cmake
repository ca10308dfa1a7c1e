# find_package(pairlane) gives the targets pairlane::pairlane (shared) and pairlane::static.
get_filename_component(_pairlane_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
find_package(Threads REQUIRED)

if(NOT TARGET pairlane::pairlane)
  add_library(pairlane::pairlane SHARED IMPORTED)
  set_target_properties(pairlane::pairlane PROPERTIES
    IMPORTED_LOCATION "${_pairlane_prefix}/lib/libpairlane.so"
    IMPORTED_SONAME libpairlane.so.0
    INTERFACE_INCLUDE_DIRECTORIES "${_pairlane_prefix}/include")

  add_library(pairlane::static STATIC IMPORTED)
  set_target_properties(pairlane::static PROPERTIES
    IMPORTED_LOCATION "${_pairlane_prefix}/lib/libpairlane.a"
    INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};m;gcc_s"
    INTERFACE_INCLUDE_DIRECTORIES "${_pairlane_prefix}/include")
endif()
