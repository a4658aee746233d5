#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace autograd {

/// The element types of a tensor. Numbers are f32 or f64; labels and indices are i64.
enum class Dtype : std::uint8_t { f32, f64, i64 };

inline constexpr Dtype f32 = Dtype::f32;
inline constexpr Dtype f64 = Dtype::f64;
inline constexpr Dtype i64 = Dtype::i64;

constexpr std::string_view name(Dtype dtype) {
  switch (dtype) {
    case Dtype::f32:
      return "f32";
    case Dtype::f64:
      return "f64";
    case Dtype::i64:
      return "i64";
  }
  return "unknown";
}

/// Bytes an element.
constexpr std::size_t size_of(Dtype dtype) { return dtype == Dtype::f32 ? 4 : 8; }

constexpr bool is_floating(Dtype dtype) { return dtype != Dtype::i64; }

/// The dtype that stores T.
template <class T>
inline constexpr Dtype dtype_of = [] {
  static_assert(
      std::is_same_v<T, float> || std::is_same_v<T, double> || std::is_same_v<T, std::int64_t>,
      "a tensor holds float, double or std::int64_t");
  return std::is_same_v<T, float>    ? Dtype::f32
         : std::is_same_v<T, double> ? Dtype::f64
                                     : Dtype::i64;
}();

/// Calls `body(T{})` with the C++ type of a floating dtype; i64 must have been refused before.
template <class Body>
decltype(auto) with_floating(Dtype dtype, Body&& body) {
  return dtype == Dtype::f32 ? body(float{}) : body(double{});
}

/// Calls `body(T{})` with the C++ type of any dtype.
template <class Body>
decltype(auto) with_any(Dtype dtype, Body&& body) {
  if (dtype == Dtype::i64) return body(std::int64_t{});
  return with_floating(dtype, static_cast<Body&&>(body));
}

}  // namespace autograd
