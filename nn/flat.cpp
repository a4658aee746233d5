#include "nn/flat.h"

#include <algorithm>
#include <string>

#include "autograd/tensor/error.h"

namespace nn {

using autograd::Error;
using autograd::Index;
using autograd::Parameter;
using autograd::Tensor;

namespace {

autograd::Dtype one_dtype(const char* operation, const std::vector<Parameter>& parameters) {
  if (parameters.empty()) throw Error(std::string(operation) + ": there are no parameters");
  for (const Parameter& p : parameters) {
    if (p.dtype() != parameters.front().dtype()) {
      throw Error(std::string(operation) + ": " + parameters.front().name() + " and " + p.name() +
                  " differ in dtype; expected one");
    }
  }
  return parameters.front().dtype();
}

Index total(const std::vector<Parameter>& parameters) {
  Index count = 0;
  for (const Parameter& p : parameters) count += p.shape().size();
  return count;
}

// The tensors that part(p) gives for each parameter, one after another.
template <class Part>
Tensor join(const std::vector<Parameter>& parameters, const Part& part) {
  return autograd::with_floating(one_dtype("pack", parameters), [&](auto zero) {
    using T = decltype(zero);
    return Tensor::build<T>({total(parameters)}, [&](std::span<T> out) {
      auto at = out.begin();
      for (const Parameter& p : parameters) {
        const Tensor x = part(p);
        at = std::copy(x.values<T>().begin(), x.values<T>().end(), at);
      }
    });
  });
}

}  // namespace

Tensor pack(const std::vector<Parameter>& parameters) {
  return join(parameters, [](const Parameter& p) { return p.value(); });
}

Tensor pack(const autograd::Gradients& gradients, const std::vector<Parameter>& parameters) {
  return join(parameters, [&](const Parameter& p) { return gradients[p]; });
}

void unpack(const Tensor& flat, const std::vector<Parameter>& parameters) {
  const autograd::Dtype dtype = one_dtype("unpack", parameters);
  if (flat.rank() != 1 || flat.size() != total(parameters) || flat.dtype() != dtype) {
    throw Error("unpack: expected " + std::string(name(dtype)) + " [" +
                std::to_string(total(parameters)) +
                "], one number for each that the parameters hold; got " +
                std::string(name(flat.dtype())) + " " + to_string(flat.shape()));
  }
  Index begin = 0;
  for (Parameter p : parameters) {
    const Index end = begin + p.shape().size();
    p.set(flat.rows(begin, end).reshaped(p.shape()));
    begin = end;
  }
}

}  // namespace nn
