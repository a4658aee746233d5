#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

/// The scalars beside plain numbers on which operations are known: a new one needs its name in
/// these three places, and an instantiation of replay (tape/replay.cpp).
namespace autograd::kernels {

struct Dual;
struct Complex;
class DoubleDouble;

template <class... S>
struct ScalarList {
  static constexpr std::size_t size = sizeof...(S);
};

using Scalars = ScalarList<Dual, Complex, DoubleDouble>;

/// What each is called, in the same order.
inline constexpr std::array<std::string_view, Scalars::size> scalar_names{
    "dual numbers", "complex numbers", "numbers of twice the digits"};

namespace detail {
template <class S, class... All>
constexpr std::size_t place_in(ScalarList<All...>) {
  static_assert((std::is_same_v<S, All> || ...), "no scalar that operations are known on");
  const std::array<bool, sizeof...(All)> same{std::is_same_v<S, All>...};
  std::size_t place = 0;
  while (!same[place]) ++place;
  return place;
}
}  // namespace detail

/// The place of a scalar in the list.
template <class S>
inline constexpr std::size_t scalar_place = detail::place_in<S>(Scalars());

}  // namespace autograd::kernels
