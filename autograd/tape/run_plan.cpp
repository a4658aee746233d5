#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "autograd/kernels/map.h"
#include "autograd/kernels/scratch.h"
#include "autograd/tape/plan.h"
#include "autograd/tape/spread.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/parallel.h"

namespace autograd::detail {
namespace {

template <class T>
using Pooled = std::vector<T, memory::Allocator<T>>;

using Address = std::uintptr_t;

void* pointer(Address address) {
  return reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr): bases are added to
}

// One run of a plan: its bases, and what keeps them alive.
class Run {
 public:
  Run(const ProgramParts& parts, const Plan& plan, std::span<const Tensor> inputs)
      : parts_(parts), plan_(plan), workspace_(plan.workspace) {
    const std::size_t count = inputs.size() + plan.parameters.size() + plan.own.size();
    bases_.reserve(Place::others + count);
    bases_.assign({0, reinterpret_cast<Address>(workspace_.data()), 0, 0});
    held_.reserve(count);
    for (const Tensor& x : inputs) hold(x);
    for (const std::uint32_t i : plan.parameters) hold(parts.steps[i].parameter->value());
    for (const std::uint32_t i : plan.own) {
      hold(Tensor::uninitialized(parts.steps[i].shape, parts.steps[i].dtype));
    }
  }

  void compute() {
    for (const Plan::Course& course : plan_.courses) {
      if (course.slices > 0) {
        run_slices(course);
      } else {
        run_once(course);
      }
    }
  }

  Tensor output(std::uint32_t i) const;

 private:
  void hold(Tensor x) {
    bases_.push_back(reinterpret_cast<Address>(x.data()));
    held_.push_back(std::move(x));
  }
  Address at(Place place) const { return bases_[place.base()] + place.offset(); }

  // One slice: its number, and where what exists for a slice at a time stands.
  struct Cut {
    Index number = 0;
    Address room = 0;
  };

  void run_once(const Plan::Course& course);
  void run_slices(const Plan::Course& course) const;
  void run_chain(const Chain& chain) const;
  void run_at_once(const Chain& chain) const;
  void run_blocks(const Chain& chain, Index begin, Index end, Cut cut) const;
  void run_whole(const Whole& whole);
  void run_whole_slice(const Whole& whole, Cut cut) const;
  void run_on_tensors(const Step& step, std::span<const ops::Array> operands, void* y) const;

  const ProgramParts& parts_;
  const Plan& plan_;
  kernels::Scratch<std::byte> workspace_;
  Pooled<Address> bases_;
  Pooled<Tensor> held_;  // inputs, values of parameters, the storage of outputs
  Pooled<ops::Array> arrays_;
};

void call_row(const RowCall& call, const std::array<const void*, ops::most_row_operands>& x,
              void* y, Index n) {
  if (call.line == 0) {
    call.row(call.self, x.data(), y, n);
  } else {
    call.lines(call.self, x[0], y, n / call.line, call.line);
  }
}

void Run::run_once(const Plan::Course& course) {
  for (std::uint32_t k = course.first; k < course.end; ++k) {
    const Plan::Unit unit = plan_.units[k];
    if (unit.chain) {
      run_chain(plan_.chains[unit.at]);
    } else {
      run_whole(plan_.wholes[unit.at]);
    }
  }
}

void Run::run_slices(const Plan::Course& course) const {
  const auto some = [&](Index begin, Index end) {
    const kernels::Scratch<std::byte> room(course.room);
    Cut cut{begin, reinterpret_cast<Address>(room.data())};
    for (; cut.number < end; ++cut.number) {
      for (std::uint32_t k = course.first; k < course.end; ++k) {
        const Plan::Unit unit = plan_.units[k];
        if (!unit.chain) {
          run_whole_slice(plan_.wholes[unit.at], cut);
          continue;
        }
        const Chain& chain = plan_.chains[unit.at];
        const Index n = chain.n / course.slices;
        run_blocks(chain, cut.number * n, (cut.number + 1) * n, cut);
      }
    }
  };
  parallel_for(course.slices, 1, some);
}

void Run::run_chain(const Chain& chain) const {
  if (chain.n == 0) return;
  if (chain.block == chain.n) return run_at_once(chain);
  const Index blocks = std::max<Index>(1, kernels::map_grain / chain.block);
  parallel_for(chain.n, blocks * chain.block,
               [&](Index begin, Index end) { run_blocks(chain, begin, end, {}); });
}

void Run::run_at_once(const Chain& chain) const {
  for (std::uint32_t k = 0; k < chain.spreads; ++k) {
    const Spread& spread = plan_.spreads[chain.first_spread + k];
    Spreader(spread, pointer(at(spread.from)), pointer(at(spread.to))).write(0, chain.n);
  }
  const RowCall* const first = plan_.calls.data() + chain.first_call;
  for (const RowCall* call = first; call != first + chain.calls; ++call) {
    std::array<const void*, ops::most_row_operands> x;
    for (std::size_t k = 0; k < call->operands; ++k) x[k] = pointer(at(call->x[k]));
    call_row(*call, x, pointer(at(call->y)), chain.n);
  }
}

void Run::run_blocks(const Chain& chain, Index begin, Index end, Cut cut) const {
  const kernels::Scratch<std::byte> room(chain.room);
  const auto in_room = reinterpret_cast<Address>(room.data());
  const auto place = [&](Place p) {
    return p.base() == Place::block   ? in_room + p.offset()
           : p.base() == Place::slice ? cut.room + p.offset()
                                      : at(p);
  };
  // Of what exists for a slice at a time there is nothing before the slice.
  const auto along = [&](Place p, Index number) {
    return static_cast<Address>(p.base() == Place::slice ? number - begin : number);
  };
  Pooled<Spreader> spreaders;
  spreaders.reserve(chain.spreads);
  for (std::uint32_t k = 0; k < chain.spreads; ++k) {
    const Spread& spread = plan_.spreads[chain.first_spread + k];
    const Address before = static_cast<Address>(cut.number) * spread.slice;
    spreaders.emplace_back(spread, pointer(place(spread.from) - before), pointer(place(spread.to)));
  }
  const RowCall* const first = plan_.calls.data() + chain.first_call;
  for (Index b = begin; b < end; b += chain.block) {
    const Index n = std::min(chain.block, end - b);
    for (Spreader& spreader : spreaders) spreader.write(b, n);
    for (const RowCall* call = first; call != first + chain.calls; ++call) {
      std::array<const void*, ops::most_row_operands> x;
      for (std::size_t k = 0; k < call->operands; ++k) {
        x[k] = pointer(place(call->x[k]) + along(call->x[k], b) * call->x_width[k]);
      }
      const Address written = along(call->y, b) / std::max<std::uint32_t>(call->line, 1);
      call_row(*call, x, pointer(place(call->y) + written * call->y_width), n);
    }
  }
}

// The dtype of an operation's numbers, which is not that of indices beside them.
Dtype dtype_of_numbers(const ProgramParts& parts, const Step& step) {
  for (const std::uint32_t j : parts.operands_of(step)) {
    if (is_floating(parts.steps[j].dtype)) return parts.steps[j].dtype;
  }
  return step.dtype;
}

void Run::run_whole(const Whole& whole) {
  const Step& step = parts_.steps[whole.step];
  const Place* place = plan_.places.data() + whole.first_place;
  arrays_.clear();
  for (const std::uint32_t j : parts_.operands_of(step)) {
    arrays_.push_back({pointer(at(*place++)), &parts_.steps[j].shape});
  }
  void* const y = pointer(at(*place));
  if (step.operation->write == nullptr) return run_on_tensors(step, arrays_, y);
  step.operation->write(step.settings, dtype_of_numbers(parts_, step), arrays_, {y, &step.shape});
}

// Operations that may be run so have two operands at most.
void Run::run_whole_slice(const Whole& whole, Cut cut) const {
  const Step& step = parts_.steps[whole.step];
  std::array<ops::Array, 3> arrays;
  for (std::uint32_t k = 0; k <= step.operands; ++k) {
    const Place place = plan_.places[whole.first_place + k];
    const Slice& slice = plan_.slices[whole.first_slice + k];
    const Address from = place.base() == Place::slice ? cut.room + place.offset() : at(place);
    arrays[k] = {pointer(from + static_cast<Address>(cut.number) * slice.step), &slice.shape};
  }
  step.operation->write(step.settings, dtype_of_numbers(parts_, step),
                        std::span(arrays).first(step.operands), arrays[step.operands]);
}

// An operation that makes its tensor itself, from tensors that it may keep.
void Run::run_on_tensors(const Step& step, std::span<const ops::Array> operands, void* y) const {
  std::vector<Tensor> x;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const Step& from = parts_.steps[parts_.operands_of(step)[k]];
    x.push_back(Tensor::uninitialized(from.shape, from.dtype));
    std::memcpy(x[k].mutable_data(), operands[k].data,
                static_cast<std::size_t>(from.shape.size()) * size_of(from.dtype));
  }
  const Tensor made = step.operation->value(step.settings, x);
  if (made.shape() != step.shape || made.dtype() != step.dtype) {
    throw Error("Program: the value of " + parts_.name_of(step) + " was recorded as " +
                std::string(name(step.dtype)) + " " + to_string(step.shape) + "; got " +
                std::string(name(made.dtype())) + " " + to_string(made.shape()));
  }
  std::memcpy(y, made.data(), static_cast<std::size_t>(made.size()) * size_of(made.dtype()));
}

// A tensor of the storage that holds the step's value, and from it, by the operations that share
// it, the value itself.
Tensor Run::output(std::uint32_t i) const {
  Pooled<std::uint32_t> path;
  for (; plan_.roots[i] != i; i = parts_.operands_of(parts_.steps[i])[0]) path.push_back(i);
  const Step& root = parts_.steps[i];
  const auto in = [&](const std::vector<std::uint32_t>& list) {
    return static_cast<std::size_t>(std::lower_bound(list.begin(), list.end(), i) - list.begin());
  };
  const std::size_t parameters = parts_.inputs.size(), own = parameters + plan_.parameters.size();
  Tensor y = root.input >= 0             ? held_[static_cast<std::size_t>(root.input)]
             : root.parameter            ? held_[parameters + in(plan_.parameters)]
             : root.operation == nullptr ? root.constant
                                         : held_[own + in(plan_.own)];
  for (; !path.empty(); path.pop_back()) {
    const Step& step = parts_.steps[path.back()];
    y = step.operation->value(step.settings, {&y, 1});
  }
  return y;
}

}  // namespace

void run_plan(const ProgramParts& parts, std::span<const Tensor> inputs,
              std::span<Tensor> outputs) {
  Run run(parts, parts.plan(), inputs);
  run.compute();
  for (std::size_t k = 0; k < outputs.size(); ++k) outputs[k] = run.output(parts.outputs[k]);
}

}  // namespace autograd::detail
