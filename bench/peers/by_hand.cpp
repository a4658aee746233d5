#include "autograd/kernels/matmul.h"
#include "autograd/tensor/parallel.h"
#include "bench/peers/step_by_hand.h"

/// The training step by hand on Plumb's own kernels: what the tape adds is the difference.
namespace bench {
namespace {

using autograd::Index;
using autograd::kernels::matmul;

template <class T>
struct Products {
  void value(T* y, const T* x, const T* w, const T* b, std::size_t n, std::size_t in,
             std::size_t out) const {
    matmul<T>({x, Index(n), Index(in), false}, {w, Index(in), Index(out), true}, y);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < out; ++j) y[i * out + j] += b[j];
    }
  }
  void inputs(T* dx, const T* dy, const T* w, std::size_t n, std::size_t in,
              std::size_t out) const {
    matmul<T>({dy, Index(n), Index(out), false}, {w, Index(out), Index(in), false}, dx);
  }
  void descend(T* w, const T* dy, const T* x, T rate, std::size_t n, std::size_t in,
               std::size_t out) const {
    autograd::kernels::add_product({dy, Index(out), Index(n), true}, {x, Index(n), Index(in)},
                                   -rate, w);
  }
};

Offer offer(const Work& work) {
  return work.kind == "step" ? step_by_hand<Products>(work) : Offer{};
}

}  // namespace
}  // namespace bench

int main() {
  autograd::set_thread_count(1);
  return bench::serve({"by hand on Plumb's kernels", bench::offer, {}});
}
