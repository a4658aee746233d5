#include "nn/data/preprocess.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "autograd/tensor/error.h"

namespace nn {

using autograd::Dtype;
using autograd::Error;
using autograd::Index;
using autograd::Shape;
using autograd::Tensor;

namespace {

void require_floating(const std::string& operation, const Tensor& x) {
  if (is_floating(x.dtype())) return;
  throw Error(operation + ": expected f32 or f64; got i64; convert it first");
}

void require_labels(const std::string& operation, const Tensor& labels) {
  if (labels.dtype() == Dtype::i64 && labels.rank() == 1) return;
  throw Error(operation + ": expected labels i64 [n]; got " + std::string(name(labels.dtype())) +
              " " + to_string(labels.shape()));
}

// Numbers of a slice: `count` of them from `first` on, `stride` apart.
struct Slice {
  std::size_t first = 0, count = 0, stride = 1;
};

template <class T>
Moments moments_of(std::span<const T> x, const Slice& slice) {
  double sum = 0, squares = 0;
  const auto at = [&](std::size_t i) {
    return static_cast<double>(x[slice.first + i * slice.stride]);
  };
  for (std::size_t i = 0; i < slice.count; ++i) sum += at(i);
  const double mean = sum / static_cast<double>(slice.count);
  for (std::size_t i = 0; i < slice.count; ++i) squares += (at(i) - mean) * (at(i) - mean);
  return {mean, std::sqrt(squares / static_cast<double>(slice.count))};
}

template <class T>
void scale(std::span<const T> x, const Slice& slice, const Moments& by, std::span<T> out) {
  for (std::size_t i = 0; i < slice.count; ++i) {
    const std::size_t at = slice.first + i * slice.stride;
    out[at] = static_cast<T>((static_cast<double>(x[at]) - by.mean) / by.deviation);
  }
}

// All slices of a tensor, one mean and deviation each.
std::vector<Slice> slices_of(const Tensor& x, Over over) {
  if (over == Over::everything) return {{0, static_cast<std::size_t>(x.size()), 1}};
  if (x.rank() != 2) {
    throw Error("z_score: rows and columns need a shape [n, d]; got " + to_string(x.shape()));
  }
  const auto n = static_cast<std::size_t>(x.extent(0)), d = static_cast<std::size_t>(x.extent(1));
  std::vector<Slice> slices;
  if (over == Over::rows) {
    for (std::size_t i = 0; i < n; ++i) slices.push_back({i * d, d, 1});
  } else {
    for (std::size_t j = 0; j < d; ++j) slices.push_back({j, n, d});
  }
  return slices;
}

std::string name_of(Over over, std::size_t number) {
  switch (over) {
    case Over::everything:
      break;
    case Over::rows:
      return "row " + std::to_string(number);
    case Over::columns:
      return "column " + std::to_string(number);
  }
  return "the tensor";
}

// Numbers that are equal, or so nearly that their mean's rounding is all that tells them apart.
bool varies(const Moments& m) { return m.deviation > 1e-14 * std::abs(m.mean); }

}  // namespace

Moments moments(const Tensor& x) {
  require_floating("moments", x);
  if (x.size() == 0) throw Error("moments: there are no numbers; got " + to_string(x.shape()));
  return with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    return moments_of<T>(x.values<T>(), {0, static_cast<std::size_t>(x.size()), 1});
  });
}

Tensor standardize(const Tensor& x, const Moments& by) {
  require_floating("standardize", x);
  if (!(by.deviation > 0)) {
    throw Error("standardize: expected a deviation above 0; got " + std::to_string(by.deviation));
  }
  return with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    return Tensor::build<T>(x.shape(), [&](std::span<T> out) {
      scale<T>(x.values<T>(), {0, static_cast<std::size_t>(x.size()), 1}, by, out);
    });
  });
}

Tensor z_score(const Tensor& x, Over over) {
  require_floating("z_score", x);
  if (x.size() == 0) throw Error("z_score: there are no numbers; got " + to_string(x.shape()));
  const std::vector<Slice> slices = slices_of(x, over);
  return with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    return Tensor::build<T>(x.shape(), [&](std::span<T> out) {
      for (std::size_t i = 0; i < slices.size(); ++i) {
        const Moments m = moments_of<T>(x.values<T>(), slices[i]);
        if (!varies(m)) {
          throw Error("z_score: " + name_of(over, i) +
                      " has no variance; leave it out or scale over more numbers");
        }
        scale<T>(x.values<T>(), slices[i], m, out);
      }
    });
  });
}

double accuracy(const Tensor& scores, const Tensor& labels) {
  require_floating("accuracy", scores);
  require_labels("accuracy", labels);
  const bool fits = scores.rank() == 2 && scores.extent(0) == labels.size() && scores.size() > 0;
  if (!fits) {
    throw Error("accuracy: expected scores [n, classes] and labels [n]; got " +
                to_string(scores.shape()) + " and " + to_string(labels.shape()));
  }
  const auto label = labels.values<std::int64_t>();
  const auto classes = static_cast<std::size_t>(scores.extent(1));
  std::size_t right = 0;
  with_floating(scores.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const auto all = scores.values<T>();
    for (std::size_t i = 0; i < label.size(); ++i) {
      const auto row = all.subspan(i * classes, classes);
      const bool unknown = std::any_of(row.begin(), row.end(), [](T v) { return std::isnan(v); });
      const auto best = std::max_element(row.begin(), row.end()) - row.begin();
      right += !unknown && best == label[i];
    }
  });
  return static_cast<double>(right) / static_cast<double>(label.size());
}

}  // namespace nn
