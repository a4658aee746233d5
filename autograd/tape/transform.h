#pragma once

#include <functional>
#include <vector>

#include "autograd/tensor/tensor.h"

/// Derivatives of functions, without a tape in sight.
///
///     Tensor g = gradient([](const Tensor& x) { return sum(x * x); }, tensor({1, 2, 3}));
///     Tensor h = hessian([](const Tensor& x) { return sum(x * x * x); }, tensor({1, 2}));
///
/// A function may use parameters and other tensors; they are constants here. Every result can be
/// differentiated again by a tape outside, or by another of these functions inside the function
/// given.
namespace autograd {

/// Of one tensor. Use parts of it (slice, reshape) for a function of several.
using TensorFunction = std::function<Tensor(const Tensor& x)>;

/// The derivative of a scalar function, of x's shape. Throws when f(x) has more than one element.
Tensor gradient(const TensorFunction& f, const Tensor& x);

struct ValueAndGradient {
  Tensor value, gradient;
};
ValueAndGradient value_and_gradient(const TensorFunction& f, const Tensor& x);

/// The same by several tensors at once.
struct ValueAndGradients {
  Tensor value;
  std::vector<Tensor> gradients;  ///< one an input, of its shape
};
ValueAndGradients value_and_gradients(const std::function<Tensor(const std::vector<Tensor>& x)>& f,
                                      const std::vector<Tensor>& x);

/// Vector times Jacobian: f(x), and Jᵀ·dy of x's shape for an adjoint dy of f(x)'s shape. One
/// backward sweep.
struct ValueAndPullback {
  Tensor y, dx;
};
ValueAndPullback vjp(const TensorFunction& f, const Tensor& x, const Tensor& dy);

/// Jacobian times vector: f(x), and J·dx of f(x)'s shape for a direction dx of x's shape. One run
/// on dual numbers; where a tape outside records, two backward sweeps that it can differentiate.
struct ValueAndPushforward {
  Tensor y, dy;
};
ValueAndPushforward jvp(const TensorFunction& f, const Tensor& x, const Tensor& dx);

/// All derivatives ∂yᵢ/∂xⱼ, in x's dtype: the shape of f(x), then that of x. By columns on dual
/// numbers where x has fewer elements than f(x) and no tape outside records, else by rows, a
/// backward sweep each.
Tensor jacobian(const TensorFunction& f, const Tensor& x);

/// The second derivatives of a scalar function: x's shape twice.
Tensor hessian(const TensorFunction& f, const Tensor& x);

/// The Hessian times a vector of x's shape, at the cost of a few evaluations: the gradient, run on
/// dual numbers.
Tensor hessian_vector_product(const TensorFunction& f, const Tensor& x, const Tensor& v);

}  // namespace autograd
