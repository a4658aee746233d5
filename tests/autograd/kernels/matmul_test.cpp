#include "autograd/kernels/matmul.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "autograd/kernels/double_double.h"
#include "autograd/kernels/dual.h"
#include "autograd/kernels/instruction_set.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/parallel.h"
#include "autograd/tensor/random.h"
#include "tests/support/message.h"

namespace autograd::kernels {
namespace {

template <class T>
class Matmul : public testing::Test {};
using Numbers = testing::Types<float, double>;
TYPED_TEST_SUITE(Matmul, Numbers);

template <class T>
std::vector<T> numbers(Index count, std::uint64_t seed) {
  const Tensor drawn = Random(seed).normal({count}, 0, 1, dtype_of<T>);
  const auto values = drawn.template values<T>();
  return {values.begin(), values.end()};
}

// Every product of these sizes, element by element; of large ones each `every`-th.
template <class T>
void expect_products(std::span<const std::array<Index, 3>> sizes, bool with_bias, Index every = 1) {
  for (const auto& [m, k, n] : sizes) {
    const auto bias = numbers<T>(n, 7);
    for (const bool transposed_a : {false, true}) {
      for (const bool transposed_b : {false, true}) {
        const auto a_numbers = numbers<T>(m * k, 1);
        const auto b_numbers = numbers<T>(k * n, 2);
        const Matrix<T> a{a_numbers.data(), m, k, transposed_a};
        const Matrix<T> b{b_numbers.data(), k, n, transposed_b};
        std::vector<T> c(static_cast<std::size_t>(m * n), T(777));
        matmul(a, b, c.data(), with_bias ? bias.data() : nullptr);
        for (Index i = 0; i < m; ++i) {
          for (Index j = (every - i * n % every) % every; j < n; j += every) {
            double sum = with_bias ? static_cast<double>(bias[static_cast<std::size_t>(j)]) : 0;
            double size = std::abs(sum);
            for (Index p = 0; p < k; ++p) {
              const double product = static_cast<double>(a(i, p)) * static_cast<double>(b(p, j));
              sum += product;
              size += std::abs(product);
            }
            const double unit = static_cast<double>(std::numeric_limits<T>::epsilon());
            ASSERT_NEAR(static_cast<double>(c[static_cast<std::size_t>(i * n + j)]), sum,
                        unit * size * (4 + std::sqrt(static_cast<double>(k))))
                << m << ' ' << k << ' ' << n << " at " << i << ' ' << j;
          }
        }
      }
    }
  }
}

constexpr std::array<Index, 3> shapes[] = {
    {1, 1, 1},    {1, 784, 10},   {5, 784, 40}, {3, 7, 5},     {4, 256, 8},  {4, 257, 9},
    {65, 3, 2},   {130, 300, 17}, {2, 600, 1},  {9, 1024, 70}, {521, 20, 3}, {30, 1, 50},
    {12, 256, 1}, {1, 33, 100},   {8, 31, 6},   {7, 17, 97},   {50, 300, 6}, {19, 256, 8}};

TYPED_TEST(Matmul, IsTheSumOfProductsForEverySizeAndTransposition) {
  expect_products<TypeParam>(shapes, false);
}

// Shapes of every way to add: outer products, one piece, several, dot products, narrow ones.
TYPED_TEST(Matmul, IsAddedWithTheBitsOfAdditionAfterwards) {
  using T = TypeParam;
  constexpr std::array<Index, 3> more[] = {{50, 1, 784},  {40, 5, 784},   {256, 32, 83},
                                           {70, 193, 65}, {70, 400, 65},  {300, 100, 20},
                                           {9, 0, 4},     {300, 16, 300}, {1, 1, 7}};
  using Sizes = std::span<const std::array<Index, 3>>;
  for (const Sizes sizes : {Sizes(shapes), Sizes(more)}) {
    for (const auto& [m, k, n] : sizes) {
      for (const int turned : {0, 1, 2, 3}) {
        const auto a_numbers = numbers<T>(m * k, 1), b_numbers = numbers<T>(k * n, 2);
        const Matrix<T> a{a_numbers.data(), m, k, (turned & 1) != 0};
        const Matrix<T> b{b_numbers.data(), k, n, (turned & 2) != 0};
        const T factor = T(-0.3);
        std::vector<T> product(static_cast<std::size_t>(m * n)), c = numbers<T>(m * n, 3);
        std::vector<T> expected = c;
        matmul(a, b, product.data());
        for (std::size_t i = 0; i < c.size(); ++i) {
          const T scaled = factor * product[i];  // rounded on its own
          expected[i] = expected[i] + scaled;
        }
        add_product(a, b, factor, c.data());
        ASSERT_EQ(c, expected) << m << ' ' << k << ' ' << n << ' ' << turned;
      }
    }
  }
}

TYPED_TEST(Matmul, AddsABiasToEveryRow) { expect_products<TypeParam>(shapes, true); }

// Each instruction set that this machine has, not the best one alone.
TYPED_TEST(Matmul, IsTheSumOfProductsOnEveryInstructionSet) {
  for (const std::string& name : instruction_sets()) {
    SCOPED_TRACE(name);
    use_instruction_set(name);
    expect_products<TypeParam>(shapes, false);
  }
  use_instruction_set("");
}

TEST(InstructionSet, ThatIsNotThereIsRefused) {
  ASSERT_FALSE(instruction_sets().empty());
  EXPECT_EQ(message_of([] { use_instruction_set("abacus"); }).substr(0, 67),
            "kernels: the instruction set abacus is not to be had here; expected");
}

TYPED_TEST(Matmul, IsTheSumOfProductsForManySmallSizes) {
  Random random(9);
  std::vector<std::array<Index, 3>> sizes;
  for (int i = 0; i < 60; ++i) {
    sizes.push_back({1 + random.below(40), 1 + random.below(60), 1 + random.below(70)});
  }
  expect_products<TypeParam>(sizes, true);
}

// More rows, columns and steps than are worked at one time; long rows against short ones.
TYPED_TEST(Matmul, IsTheSumOfProductsForSizesBeyondEveryBlock) {
  constexpr std::array<Index, 3> large[] = {
      {600, 400, 100}, {1030, 200, 530}, {17, 30, 4200}, {150, 70, 20}, {1100, 250, 13}};
  expect_products<TypeParam>(large, true, 101);
}

TYPED_TEST(Matmul, GivesTheSameBitsOnAnyNumberOfThreads) {
  using T = TypeParam;
  constexpr std::array<Index, 3> sizes[] = {{301, 517, 203}, {900, 150, 40}, {1030, 200, 530}};
  for (const auto& [m, k, n] : sizes) {
    const auto a = numbers<T>(m * k, 3);
    const auto b = numbers<T>(k * n, 4);
    std::vector<T> one(static_cast<std::size_t>(m * n));
    std::vector<T> two(one.size());
    set_thread_count(1);
    matmul<T>({a.data(), m, k}, {b.data(), k, n}, one.data());
    set_thread_count(64);
    matmul<T>({a.data(), m, k}, {b.data(), k, n}, two.data());
    EXPECT_EQ(one, two) << m << ' ' << k << ' ' << n;
  }
}

TYPED_TEST(Matmul, AnEmptyInnerDimensionGivesZerosAndNoRowsGiveNothing) {
  using T = TypeParam;
  std::vector<T> c(6, T(5));
  matmul<T>({nullptr, 2, 0}, {nullptr, 0, 3}, c.data());
  EXPECT_EQ(c, std::vector<T>(6, T(0)));
  const T number = 3;
  matmul<T>({nullptr, 0, 1}, {&number, 1, 1}, c.data());
  EXPECT_EQ(c, std::vector<T>(6, T(0)));
}

TYPED_TEST(Matmul, NotANumberStaysInItsRow) {
  using T = TypeParam;
  auto a = numbers<T>(5 * 9, 5);
  const auto b = numbers<T>(9 * 3, 6);
  a[2 * 9 + 4] = std::numeric_limits<T>::quiet_NaN();
  std::vector<T> c(5 * 3);
  matmul<T>({a.data(), 5, 9}, {b.data(), 9, 3}, c.data());
  for (std::size_t i = 0; i < c.size(); ++i) EXPECT_EQ(std::isnan(c[i]), i / 3 == 2) << i;
}

// For scalars without a kernel of their own, every sum by pairs.
template <class S>
class MatmulOfAnyScalar : public testing::Test {};
using OtherScalars = testing::Types<Dual, DoubleDouble>;
TYPED_TEST_SUITE(MatmulOfAnyScalar, OtherScalars);

double value_of(const Dual& x) { return x.v; }
double value_of(const DoubleDouble& x) { return static_cast<double>(x); }

TYPED_TEST(MatmulOfAnyScalar, IsTheProductForEverySizeAndTransposition) {
  using S = TypeParam;
  const Index sizes[][3] = {{1, 1, 1}, {5, 70, 20}, {3, 7, 5}, {2, 0, 3}, {0, 2, 3}, {4, 33, 8}};
  for (const auto& [m, k, n] : sizes) {
    for (const bool transposed_a : {false, true}) {
      for (const bool transposed_b : {false, true}) {
        const auto a_plain = numbers<double>(m * k, 1), b_plain = numbers<double>(k * n, 2);
        const std::vector<S> a_numbers(a_plain.begin(), a_plain.end());
        const std::vector<S> b_numbers(b_plain.begin(), b_plain.end());
        const Matrix<S> a{a_numbers.data(), m, k, transposed_a};
        const Matrix<S> b{b_numbers.data(), k, n, transposed_b};
        std::vector<S> c(static_cast<std::size_t>(m * n), S(777));
        matmul(a, b, c.data());
        for (Index i = 0; i < m; ++i) {
          for (Index j = 0; j < n; ++j) {
            double sum = 0;
            for (Index p = 0; p < k; ++p) sum += value_of(a(i, p)) * value_of(b(p, j));
            ASSERT_NEAR(value_of(c[static_cast<std::size_t>(i * n + j)]), sum, 1e-13);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace autograd::kernels
