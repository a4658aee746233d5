#include "nn/module.h"

#include <utility>

namespace nn {

std::vector<Parameter> Module::parameters() const {
  std::vector<Parameter> parameters;
  for (NamedParameter& named : named_parameters()) {
    parameters.push_back(std::move(named.parameter));
  }
  return parameters;
}

autograd::Index Module::parameter_count() const {
  autograd::Index count = 0;
  for (const NamedParameter& named : named_parameters()) count += named.parameter.shape().size();
  return count;
}

}  // namespace nn
