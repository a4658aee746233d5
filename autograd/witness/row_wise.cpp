#include "autograd/witness/row_wise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "autograd/check/random.h"
#include "autograd/tensor/error.h"

namespace autograd::check {
namespace {

// Operations that bear other extents along axis 0 than were recorded, beside those that work
// element by element: their settings name axes, never extents. Whether they work row by row is
// tried; one that is missing here is only slower.
constexpr std::array<std::string_view, 16> flexible{"linear",
                                                    "matmul",
                                                    "where",
                                                    "softmax",
                                                    "log_softmax",
                                                    "logsumexp",
                                                    "cross_entropy",
                                                    "cross_entropy_with_probabilities",
                                                    "pick",
                                                    "sum",
                                                    "max",
                                                    "min",
                                                    "norm2",
                                                    "center",
                                                    "inverse_deviation",
                                                    "layer_norm"};

constexpr double tolerance = 1e-12;  // of the largest number: rounding, in f64

std::vector<bool> candidates(const Walk& walk, std::size_t step) {
  const Shape& y = walk.value(step).shape();
  const std::string_view name = walk.operation(step);
  const bool product = name == "linear" || name == "matmul";
  const bool broadcasts = walk.elementwise(step) || name == "where";
  std::vector<bool> in_rows;
  for (const std::uint32_t j : walk.operands(step)) {
    const Shape& x = walk.value(j).shape();
    const bool has_rows = x.rank() > 0 && x[0] == y[0];
    in_rows.push_back(has_rows && (product      ? in_rows.empty()
                                   : broadcasts ? x.rank() == y.rank()
                                                : true));
  }
  return in_rows;
}

// The same numbers moved a little and kept on their side of 0.
Tensor nudged(const Tensor& x, Random& random) {
  if (!is_floating(x.dtype())) return x;
  return with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    return Tensor::build<T>(x.shape(), [&](std::span<T> out) {
      const std::span<const T> from = x.values<T>();
      for (std::size_t i = 0; i < out.size(); ++i) {
        const auto by = static_cast<T>(random.uniform() / 64);
        out[i] = from[i] == T(0) ? by : from[i] * (T(1) + by);
      }
    });
  });
}

double largest_of(std::span<const double> numbers) {
  double largest = 0;
  for (const double v : numbers) {
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  }
  return largest;
}

bool same(double a, double b, double room) {
  return a == b || std::abs(a - b) <= room || (std::isnan(a) && std::isnan(b));
}

// Two sets of operands, of which rows are stacked: row r < N is row r of the first, else of the
// second.
class Trial {
 public:
  Trial(const Walk& walk, std::size_t step, const std::vector<bool>& in_rows)
      : walk_(walk), step_(step), in_rows_(in_rows), y_(walk.value(step)) {
    Random random(1);
    std::size_t k = 0;
    for (const std::uint32_t j : walk.operands(step)) {
      operands_.push_back(walk.value(j));
      nudged_.push_back(in_rows[k++] ? nudged(walk.value(j), random) : walk.value(j));
    }
    nudged_y_ = walk.compute(step, nudged_);
  }

  bool passes(std::span<const Index> rows) const {
    std::vector<Tensor> stacked;
    for (std::size_t k = 0; k < operands_.size(); ++k) {
      stacked.push_back(in_rows_[k] ? stack(operands_[k], nudged_[k], rows) : operands_[k]);
    }
    const Tensor got = walk_.compute(step_, stacked);
    const Tensor expected = stack(y_, nudged_y_, rows);
    if (got.shape() != expected.shape() || got.dtype() != expected.dtype()) return false;
    const std::vector<double> a = to_doubles(got), b = to_doubles(expected);
    const double room = got.dtype() == f64 ? tolerance * largest_of(b) : 0;
    return std::equal(a.begin(), a.end(), b.begin(),
                      [room](double v, double w) { return same(v, w, room); });
  }

 private:
  static std::vector<double> to_doubles(const Tensor& x) {
    const Tensor wide = x.dtype() == f64 ? x : x.converted(f64);
    return {wide.values<double>().begin(), wide.values<double>().end()};
  }
  static Tensor stack(const Tensor& a, const Tensor& b, std::span<const Index> rows) {
    const Index n = a.shape()[0];
    return with_any(a.dtype(), [&](auto zero) {
      using T = decltype(zero);
      const Shape shape = a.shape().with(0, static_cast<Index>(rows.size()));
      return Tensor::build<T>(shape, [&](std::span<T> out) {
        const Index width = a.size() / n;
        T* to = out.data();
        for (const Index r : rows) {
          const T* from = (r < n ? a : b).values<T>().data() + r % n * width;
          to = std::copy(from, from + width, to);
        }
      });
    });
  }

  const Walk& walk_;
  std::size_t step_;
  const std::vector<bool>& in_rows_;
  std::vector<Tensor> operands_, nudged_;
  Tensor y_, nudged_y_;
};

// More rows than the two sets have, in no order; fewer than one has; and one alone.
bool tries(const Trial& trial, Index n) {
  Random random(2);
  const auto drawn = [&](Index count) {
    std::vector<Index> rows;
    for (Index i = 0; i < count; ++i) rows.push_back(random.below(2 * n));
    return rows;
  };
  std::vector<Index> all = drawn(1);
  for (Index r = 2 * n; r-- > 0;) all.push_back(r);
  return trial.passes(all) && trial.passes(drawn(std::max<Index>(2, n / 2))) &&
         trial.passes(drawn(1));
}

}  // namespace

Tensor gather_rows(const Tensor& x, std::span<const Index> rows) {
  return with_any(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const Index width = x.size() / x.shape()[0];
    const T* from = x.values<T>().data();
    return Tensor::build<T>(x.shape().with(0, static_cast<Index>(rows.size())),
                            [&](std::span<T> out) {
                              T* to = out.data();
                              for (const Index r : rows)
                                to = std::copy_n(from + r * width, width, to);
                            });
  });
}

std::optional<std::vector<bool>> row_operands(const Walk& walk, std::size_t step) {
  const Tensor& y = walk.value(step);
  const std::string_view name = walk.operation(step);
  if (y.rank() == 0 || y.size() == 0) return std::nullopt;
  if (!walk.elementwise(step) &&
      std::find(flexible.begin(), flexible.end(), name) == flexible.end()) {
    return std::nullopt;
  }
  std::vector<bool> in_rows = candidates(walk, step);
  if (std::find(in_rows.begin(), in_rows.end(), true) == in_rows.end()) return std::nullopt;
  try {
    if (!tries(Trial(walk, step, in_rows), y.shape()[0])) return std::nullopt;
  } catch (const Error&) {  // the shapes do not fit
    return std::nullopt;
  }
  return in_rows;
}

}  // namespace autograd::check
