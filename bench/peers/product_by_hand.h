#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/work/numbers.h"
#include "bench/work/worker.h"

/// A product of positive matrices by somebody's `Gemm<T>`: c = a·b for a [m, k] and b [k, n],
/// called as gemm(transposed_a, transposed_b, m, n, k, a, b, c).
namespace bench {

template <class T, template <class> class Gemm>
class ProductByHand final : public Task {
 public:
  ProductByHand(std::size_t m, std::size_t k, std::size_t n, const std::string& which)
      : m_(m),
        k_(k),
        n_(n),
        transposed_a_(which.at(0) == 't'),
        transposed_b_(which.at(1) == 't'),
        a_(uniform<T>(1, m * k, 0, 1)),
        b_(uniform<T>(2, k * n, 0, 1)),
        c_(m * n) {}

  void run() override {
    gemm_(transposed_a_, transposed_b_, m_, n_, k_, a_.data(), b_.data(), c_.data());
  }
  double result() override {
    double sum = 0;
    for (const T c : c_) sum += static_cast<double>(c);
    return sum;
  }

 private:
  std::size_t m_, k_, n_;
  bool transposed_a_, transposed_b_;
  std::vector<T> a_, b_, c_;
  Gemm<T> gemm_;
};

template <template <class> class Gemm>
Offer product_by_hand(const Work& work) {
  const auto extent = [&](std::size_t i) { return std::stoul(work.arguments.at(i)); };
  const std::string& which = work.arguments.at(3);
  if (work.dtype == "f32") {
    return {std::make_unique<ProductByHand<float, Gemm>>(extent(0), extent(1), extent(2), which)};
  }
  return {std::make_unique<ProductByHand<double, Gemm>>(extent(0), extent(1), extent(2), which)};
}

}  // namespace bench
