#include "autograd/tape/user_operation.h"

#include <new>
#include <utility>

#include "autograd/ops/operation.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"

namespace autograd {
struct UserOperation::Definition {
  std::string name;
  Value value;
  std::vector<Pullback> pullbacks;
  ops::Operation table{};
};

// The table's functions. The settings of a recorded node are a handle on the definition, so that
// the definition outlives the tape.
struct UserOperation::Table {
  using Handle = std::shared_ptr<const Definition>;

  static const Definition& of(const void* self) { return **static_cast<const Handle*>(self); }

  static Tensor value(const void* self, std::span<const Tensor> inputs) {
    const Pause pause;
    const Definition& d = of(self);
    Tensor y = d.value(inputs);
    if (!y.defined()) throw Error(d.name + ": its value is no tensor; expected one");
    return y.is_literal() ? y.converted(f64) : y.traced({});
  }

  static ops::Needs needs(const void* self, std::size_t input, std::size_t inputs) {
    if (!of(self).pullbacks[input]) return {0, false};
    const std::uint32_t all = (1U << inputs) - 1;
    return {all | ops::Needs::output, true};
  }

  static Tensor pullback(const void* self, std::size_t input, const Tensor& dy,
                         const ops::Operands& operands) {
    const Definition& d = of(self);
    std::vector<Tensor> inputs;
    for (const ops::Operand& operand : operands.inputs) inputs.push_back(*operand.value);
    Tensor dx = d.pullbacks[input](dy, inputs, *operands.y.value);
    if (!dx.defined()) return dx;
    const Tensor& x = inputs[input];
    const std::string who = d.name + ": the pullback of input " + std::to_string(input) + " gave ";
    if (dx.shape() != x.shape()) {
      throw Error(who + "shape " + to_string(dx.shape()) + "; expected the input's, " +
                  to_string(x.shape()));
    }
    if (dx.is_literal()) return dx.converted(x.dtype());
    if (dx.dtype() != x.dtype()) {
      throw Error(who + std::string(name(dx.dtype())) + "; expected the input's dtype, " +
                  std::string(name(x.dtype())));
    }
    return dx;
  }

  static ops::Operation make(const Definition& d) {
    ops::Operation table{};
    table.name = d.name;
    table.value = &value;
    table.needs = &needs;
    table.pullback = &pullback;
    table.size = sizeof(Handle);
    table.alignment = alignof(Handle);
    table.copy = [](const void* self, void* room) {
      ::new (room) Handle(*static_cast<const Handle*>(self));
    };
    table.destroy = [](void* self) noexcept { static_cast<Handle*>(self)->~Handle(); };
    table.settings = [](const void*) { return std::string(); };
    return table;
  }
};

UserOperation::UserOperation(std::string name, Value value, std::vector<Pullback> pullbacks) {
  const auto definition = std::make_shared<Definition>();
  definition->name = std::move(name);
  definition->value = std::move(value);
  definition->pullbacks = std::move(pullbacks);
  if (!definition->value) throw Error(definition->name + ": it has no value function");
  if (definition->pullbacks.size() >= ops::Needs::most_inputs) {
    throw Error(definition->name + ": expected at most 30 inputs");
  }
  definition->table = Table::make(*definition);
  definition_ = definition;
}

Tensor UserOperation::operator()(const std::vector<Tensor>& inputs) const {
  if (inputs.size() != definition_->pullbacks.size()) {
    throw Error(definition_->name + ": expected " + std::to_string(definition_->pullbacks.size()) +
                " inputs, one a pullback; got " + std::to_string(inputs.size()));
  }
  std::vector<Tensor> plain;
  std::vector<const Tensor*> given;
  plain.reserve(inputs.size());
  given.reserve(inputs.size());
  for (const Tensor& x : inputs) plain.push_back(x.is_literal() ? x.converted(f64) : x);
  for (const Tensor& x : plain) given.push_back(&x);
  Tensor y = Table::value(&definition_, plain);
  if (ops::Recorder* here = ops::recorder()) {
    here->record(definition_->table, &definition_, given, y);
  }
  return y;
}

}  // namespace autograd
