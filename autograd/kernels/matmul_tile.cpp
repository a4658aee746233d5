#include "autograd/kernels/matmul_tile.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "autograd/kernels/matmul_tile.cpp"
#include "autograd/kernels/simd.h"
// The first compiles this file once for every target, so their order matters.
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // NOLINT(llvm-include-order)
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace autograd::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Lanes = hn::ScalableTag<T>;
template <class T>
constexpr Index lanes = static_cast<Index>(hn::MaxLanes(Lanes<T>()));

// A tile of rows × 3 vectors, the 3 vectors of b and one number of a: of 32 registers or of 16.
constexpr bool many_registers = HWY_TARGET == HWY_AVX3 || HWY_ARCH_ARM_A64;
constexpr Index tile_rows = many_registers ? 8 : 4;
constexpr Index dot_rows = many_registers ? 4 : 2;
constexpr std::size_t dot_rows_of_a = many_registers ? 6 : 4;

// The first `count` numbers of a vector, nothing beyond them touched in memory.
template <class T>
HWY_INLINE hn::Vec<Lanes<T>> load_first(Index count, const T* from) {
  const Lanes<T> d;
  if constexpr (HWY_TARGET == HWY_AVX3) {
    return hn::MaskedLoad(hn::FirstN(d, static_cast<std::size_t>(count)), d, from);
  } else {
    HWY_ALIGN T room[static_cast<std::size_t>(lanes<T>)] = {};
    for (Index i = 0; i < count; ++i) room[i] = from[i];
    return hn::Load(d, room);
  }
}
template <class T>
HWY_INLINE void store_first(hn::Vec<Lanes<T>> v, Index count, T* to) {
  const Lanes<T> d;
  if constexpr (HWY_TARGET == HWY_AVX3) {
    hn::BlendedStore(v, hn::FirstN(d, static_cast<std::size_t>(count)), d, to);
  } else {
    HWY_ALIGN T room[static_cast<std::size_t>(lanes<T>)];
    hn::Store(v, d, room);
    for (Index i = 0; i < count; ++i) to[i] = room[i];
  }
}

// The sums stay in registers while the tile walks down the inner dimension: at each step a few
// vectors of b, and one number of each row of a against all of them.
template <class T, std::size_t rows, std::size_t vectors, bool a_by_rows>
void multiply(const TileJob<T>& job) {
  const Lanes<T> d;
  hn::Vec<Lanes<T>> sum[rows][vectors];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < rows; ++i) {
#pragma GCC unroll 3
    for (std::size_t v = 0; v < vectors; ++v) sum[i][v] = hn::Zero(d);
  }
  if (job.plus_is_far) {
    for (std::size_t i = 0; i < rows; ++i) {
      const T* plus = job.plus + static_cast<Index>(i) * job.plus_row;
      for (std::size_t v = 0; v < vectors; ++v) {
        hwy::Prefetch(plus + static_cast<Index>(v) * lanes<T>);
      }
    }
  }
  const Index a_row = a_by_rows ? job.a_row : 1;
  const Index a_step = a_by_rows ? 1 : job.a_step;
  const T* a = job.a;
  const T* b = job.b;
  const auto steps = [&](Index count) HWY_ATTR {
    for (Index k = 0; k < count; ++k, a += a_step, b += job.b_step) {
      hn::Vec<Lanes<T>> right[vectors];
#pragma GCC unroll 3
      for (std::size_t v = 0; v < vectors; ++v) {
        right[v] = hn::LoadU(d, b + static_cast<Index>(v) * lanes<T>);
      }
#pragma GCC unroll 8
      for (std::size_t i = 0; i < rows; ++i) {
        const auto left = hn::Set(d, a[static_cast<Index>(i) * a_row]);
#pragma GCC unroll 3
        for (std::size_t v = 0; v < vectors; ++v) sum[i][v] = hn::MulAdd(left, right[v], sum[i][v]);
      }
    }
  };
  // In stretches for which the next tile's rows fill a line of the cache each, or all of them one.
  constexpr Index line = 64 / static_cast<Index>(sizeof(T));
  constexpr Index stretch = a_by_rows ? line : std::max<Index>(1, line / tile_rows);
  Index k = 0;
  if (const T* next = job.next_a; next != nullptr) {
    for (; k + stretch <= job.inner; k += stretch, next += a_by_rows ? line : stretch * a_step) {
      constexpr Index lines = a_by_rows ? static_cast<Index>(rows) : 1;
#pragma GCC unroll 8
      for (Index i = 0; i < lines; ++i) hwy::Prefetch(next + i * a_row);
      steps(stretch);
    }
  }
  steps(job.inner - k);
  // The last vector may hold fewer columns.
  const Index last = job.width - static_cast<Index>(vectors - 1) * lanes<T>;
  const auto factor = hn::Set(d, job.factor);
#pragma GCC unroll 8
  for (std::size_t i = 0; i < rows; ++i) {
    const Index row = static_cast<Index>(i);
#pragma GCC unroll 3
    for (std::size_t v = 0; v < vectors; ++v) {
      const Index at = static_cast<Index>(v) * lanes<T>;
      const bool whole = v + 1 < vectors || last == lanes<T>;
      if (job.plus != nullptr) {
        const T* plus = job.plus + row * job.plus_row + at;
        const auto scaled = hn::Mul(sum[i][v], factor);
        sum[i][v] = hn::Add(scaled, whole ? hn::LoadU(d, plus) : load_first(last, plus));
      }
      T* c = job.c + row * job.c_row + at;
      if (whole) {
        hn::StoreU(sum[i][v], d, c);
      } else {
        store_first(sum[i][v], last, c);
      }
    }
  }
}

// Products along the rows, one vector of partial sums for each pair of rows.
template <class T, std::size_t a_rows, std::size_t b_rows>
void dots(const DotJob<T>& job) {
  const Lanes<T> d;
  hn::Vec<Lanes<T>> sum[a_rows][b_rows];
#pragma GCC unroll 6
  for (std::size_t i = 0; i < a_rows; ++i) {
#pragma GCC unroll 4
    for (std::size_t j = 0; j < b_rows; ++j) sum[i][j] = hn::Zero(d);
  }
  Index k = 0;
  for (; k + lanes<T> <= job.inner; k += lanes<T>) {
    hn::Vec<Lanes<T>> left[a_rows];
#pragma GCC unroll 6
    for (std::size_t i = 0; i < a_rows; ++i) {
      left[i] = hn::LoadU(d, job.a + static_cast<Index>(i) * job.a_row + k);
    }
#pragma GCC unroll 4
    for (std::size_t j = 0; j < b_rows; ++j) {
      const auto right = hn::LoadU(d, job.b + static_cast<Index>(j) * job.b_row + k);
      if (job.next_b != nullptr) hwy::Prefetch(job.next_b + static_cast<Index>(j) * job.b_row + k);
#pragma GCC unroll 6
      for (std::size_t i = 0; i < a_rows; ++i) sum[i][j] = hn::MulAdd(left[i], right, sum[i][j]);
    }
  }
#pragma GCC unroll 6
  for (std::size_t i = 0; i < a_rows; ++i) {
#pragma GCC unroll 4
    for (std::size_t j = 0; j < b_rows; ++j) {
      T total = hn::GetLane(hn::SumOfLanes(d, sum[i][j]));
      const T* left = job.a + static_cast<Index>(i) * job.a_row;
      const T* right = job.b + static_cast<Index>(j) * job.b_row;
      for (Index rest = k; rest < job.inner; ++rest) total += left[rest] * right[rest];
      job.c[static_cast<Index>(i) * job.c_row + static_cast<Index>(j) * job.c_step] = total;
    }
  }
}

#if HWY_TARGET == HWY_SCALAR
template <class T>
Index transpose_squares(const T*, Index, Index, T*, Index) {
  return 0;
}
#else
// A vector of 128-bit pieces, one from each `row` of numbers.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_pieces(D d, const T* from, Index row) {
  constexpr std::size_t n = hn::MaxLanes(D());
  if constexpr (n * sizeof(T) == 16) {
    return hn::LoadU(d, from);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d,
                       load_pieces(half, from + static_cast<Index>(n * sizeof(T) / 32) * row, row),
                       load_pieces(half, from, row));
  }
}

// Rows become columns, in squares as wide as 128 bits; a vector holds one piece of every square.
// Returns how far it came.
template <class T>
Index transpose_squares(const T* from, Index from_row, Index inner, T* to, Index to_step) {
  const Lanes<T> d;
  constexpr Index side = 16 / static_cast<Index>(sizeof(T));
  Index k = 0;
  for (; k + side <= inner; k += side) {
    // Vector r holds the rows r, r + side, …: after the turn vector k holds all rows at step k.
    // A piece of the vector stands for `side` rows, so pieces lie side·from_row apart.
    const auto row = [&](Index r) HWY_ATTR {
      return load_pieces(d, from + r * from_row + k, side * from_row);
    };
    T* out = to + k * to_step;
    if constexpr (side == 4) {
      const auto a = row(0), b = row(1), e = row(2), f = row(3);
      const hn::RepartitionToWide<decltype(d)> pairs;
      const auto ae_low = hn::InterleaveLower(d, a, b), ae_high = hn::InterleaveUpper(d, a, b);
      const auto ef_low = hn::InterleaveLower(d, e, f), ef_high = hn::InterleaveUpper(d, e, f);
      const auto as_pairs = [&](auto v) HWY_ATTR { return hn::BitCast(pairs, v); };
      const auto store = [&](Index i, auto v)
                             HWY_ATTR { hn::StoreU(hn::BitCast(d, v), d, out + i * to_step); };
      store(0, hn::InterleaveLower(pairs, as_pairs(ae_low), as_pairs(ef_low)));
      store(1, hn::InterleaveUpper(pairs, as_pairs(ae_low), as_pairs(ef_low)));
      store(2, hn::InterleaveLower(pairs, as_pairs(ae_high), as_pairs(ef_high)));
      store(3, hn::InterleaveUpper(pairs, as_pairs(ae_high), as_pairs(ef_high)));
    } else {
      const auto a = row(0), b = row(1);
      hn::StoreU(hn::InterleaveLower(d, a, b), d, out);
      hn::StoreU(hn::InterleaveUpper(d, a, b), d, out + to_step);
    }
  }
  return k;
}
#endif

template <class T>
void transpose(const T* from, Index from_row, Index inner, T* to, Index to_step) {
  Index k = transpose_squares(from, from_row, inner, to, to_step);
  for (; k < inner; ++k) {
    for (Index j = 0; j < lanes<T>; ++j) to[k * to_step + j] = from[j * from_row + k];
  }
}

// Rows beyond what the registers hold are never asked for.
template <class T, std::size_t rows, std::size_t vectors, bool a_by_rows>
constexpr typename TileKernels<T>::Multiply tile_of() {
  if constexpr (rows <= tile_rows) return &multiply<T, rows, vectors, a_by_rows>;
  return nullptr;
}

template <class T, bool a_by_rows, std::size_t... i>
constexpr auto tiles_of(std::index_sequence<i...>) {
  using Row = std::array<typename TileKernels<T>::Multiply, 3>;
  return std::array<Row, sizeof...(i)>{Row{tile_of<T, i + 1, 1, a_by_rows>(),
                                           tile_of<T, i + 1, 2, a_by_rows>(),
                                           tile_of<T, i + 1, 3, a_by_rows>()}...};
}

template <class T, std::size_t a_rows, std::size_t b_rows>
constexpr typename TileKernels<T>::Dots dots_of() {
  if constexpr (a_rows <= dot_rows_of_a) return &dots<T, a_rows, b_rows>;
  return nullptr;
}

template <class T, std::size_t b_rows, std::size_t... i>
constexpr auto dots_of(std::index_sequence<i...>) {
  return std::array<typename TileKernels<T>::Dots, sizeof...(i)>{dots_of<T, i + 1, b_rows>()...};
}

template <class T>
const TileKernels<T>& kernels() {
  using Kernels = TileKernels<T>;
  constexpr std::make_index_sequence<Kernels::most_rows> each;
  constexpr std::make_index_sequence<Kernels::most_dots> each_dot;
  static constexpr Kernels all{lanes<T>,
                               tile_rows,
                               dot_rows,
                               dot_rows_of_a,
                               tiles_of<T, true>(each),
                               tiles_of<T, false>(each),
                               dots_of<T, dot_rows>(each_dot),
                               dots_of<T, 1>(each_dot),
                               &transpose<T>};
  return all;
}

const TileKernels<float>& float_kernels() { return kernels<float>(); }
const TileKernels<double>& double_kernels() { return kernels<double>(); }

}  // namespace autograd::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace autograd::kernels {

HWY_EXPORT(float_kernels);
HWY_EXPORT(double_kernels);

template <>
const TileKernels<float>& tile_kernels() {
  return HWY_DYNAMIC_DISPATCH(float_kernels)();
}

template <>
const TileKernels<double>& tile_kernels() {
  return HWY_DYNAMIC_DISPATCH(double_kernels)();
}

}  // namespace autograd::kernels
#endif
