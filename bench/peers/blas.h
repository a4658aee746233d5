#pragma once

#include <cblas.h>

#include <algorithm>
#include <cstddef>

/// The routines of BLAS that the handwritten contender calls, for float and double under one name.
namespace bench::blas {

inline int size(std::size_t n) { return static_cast<int>(n); }

inline CBLAS_TRANSPOSE flag(bool transposed) { return transposed ? CblasTrans : CblasNoTrans; }

/// c = op(a)·op(b) + beta·c, row-major, op(a) [m, k], op(b) [k, n].
inline void gemm(bool ta, bool tb, std::size_t m, std::size_t n, std::size_t k, const float* a,
                 const float* b, float beta, float* c) {
  cblas_sgemm(CblasRowMajor, flag(ta), flag(tb), size(m), size(n), size(k), 1, a, size(ta ? m : k),
              b, size(tb ? k : n), beta, c, size(n));
}
inline void gemm(bool ta, bool tb, std::size_t m, std::size_t n, std::size_t k, const double* a,
                 const double* b, double beta, double* c) {
  cblas_dgemm(CblasRowMajor, flag(ta), flag(tb), size(m), size(n), size(k), 1, a, size(ta ? m : k),
              b, size(tb ? k : n), beta, c, size(n));
}

/// y = op(a)·x + beta·y for a stored [rows, columns].
inline void gemv(bool ta, std::size_t rows, std::size_t columns, const float* a, const float* x,
                 float beta, float* y) {
  cblas_sgemv(CblasRowMajor, flag(ta), size(rows), size(columns), 1, a, size(columns), x, 1, beta,
              y, 1);
}
inline void gemv(bool ta, std::size_t rows, std::size_t columns, const double* a, const double* x,
                 double beta, double* y) {
  cblas_dgemv(CblasRowMajor, flag(ta), size(rows), size(columns), 1, a, size(columns), x, 1, beta,
              y, 1);
}

/// The products of a training step. A single sample takes the routines for vectors.
template <class T>
struct Products {
  void value(T* y, const T* x, const T* w, const T* b, std::size_t n, std::size_t in,
             std::size_t out) const {
    for (std::size_t i = 0; i < n; ++i) std::copy_n(b, out, y + i * out);
    if (n == 1) return gemv(false, out, in, w, x, T(1), y);
    gemm(false, true, n, out, in, x, w, T(1), y);
  }
  void inputs(T* dx, const T* dy, const T* w, std::size_t n, std::size_t in,
              std::size_t out) const {
    if (n == 1) return gemv(true, out, in, w, dy, T(0), dx);
    gemm(false, false, n, in, out, dy, w, T(0), dx);
  }
  void weights(T* dw, const T* dy, const T* x, std::size_t n, std::size_t in,
               std::size_t out) const {
    if (n != 1) return gemm(true, false, out, in, n, dy, x, T(0), dw);
    for (std::size_t j = 0; j < out; ++j) {
      for (std::size_t i = 0; i < in; ++i) dw[j * in + i] = dy[j] * x[i];
    }
  }
};

/// A product of matrices.
template <class T>
struct Gemm {
  void operator()(bool ta, bool tb, std::size_t m, std::size_t n, std::size_t k, const T* a,
                  const T* b, T* c) const {
    gemm(ta, tb, m, n, k, a, b, T(0), c);
  }
};

}  // namespace bench::blas
