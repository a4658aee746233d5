#include <Eigen/Core>
#include <string>

#include "bench/peers/product_by_hand.h"
#include "bench/peers/step_by_hand.h"

/// The products as Eigen's expressions, the rest as it is for all that is written by hand.
namespace bench {
namespace {

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using Read = Eigen::Map<const Matrix<T>>;
template <class T>
using Write = Eigen::Map<Matrix<T>>;

Eigen::Index size(std::size_t n) { return static_cast<Eigen::Index>(n); }

template <class T>
struct Products {
  void value(T* y, const T* x, const T* w, const T* b, std::size_t n, std::size_t in,
             std::size_t out) const {
    Write<T> to(y, size(n), size(out));
    to.noalias() = Read<T>(x, size(n), size(in)) * Read<T>(w, size(out), size(in)).transpose();
    to.rowwise() += Read<T>(b, 1, size(out)).row(0);
  }
  void inputs(T* dx, const T* dy, const T* w, std::size_t n, std::size_t in,
              std::size_t out) const {
    Write<T>(dx, size(n), size(in)).noalias() =
        Read<T>(dy, size(n), size(out)) * Read<T>(w, size(out), size(in));
  }
  void weights(T* dw, const T* dy, const T* x, std::size_t n, std::size_t in,
               std::size_t out) const {
    Write<T>(dw, size(out), size(in)).noalias() =
        Read<T>(dy, size(n), size(out)).transpose() * Read<T>(x, size(n), size(in));
  }
};

template <class T>
struct Gemm {
  void operator()(bool ta, bool tb, std::size_t m, std::size_t n, std::size_t k, const T* a,
                  const T* b, T* c) const {
    const Read<T> left(a, size(ta ? k : m), size(ta ? m : k));
    const Read<T> right(b, size(tb ? n : k), size(tb ? k : n));
    Write<T> to(c, size(m), size(n));
    if (ta && tb) {
      to.noalias() = left.transpose() * right.transpose();
    } else if (ta) {
      to.noalias() = left.transpose() * right;
    } else if (tb) {
      to.noalias() = left * right.transpose();
    } else {
      to.noalias() = left * right;
    }
  }
};

Offer offer(const Work& work) {
  if (work.kind == "step") return step_by_hand<Products>(work);
  if (work.kind == "matmul") return product_by_hand<Gemm>(work);
  return {};
}

}  // namespace
}  // namespace bench

int main() {
  const std::string version = std::to_string(EIGEN_WORLD_VERSION) + "." +
                              std::to_string(EIGEN_MAJOR_VERSION) + "." +
                              std::to_string(EIGEN_MINOR_VERSION);
  return bench::serve({"Eigen " + version, bench::offer, {}});
}
