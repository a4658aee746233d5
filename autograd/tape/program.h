#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "autograd/tape/parameter.h"
#include "autograd/tensor/tensor.h"

/// A recorded computation as a thing of its own: a function from tensors to tensors that is run
/// again on new inputs without recording it again.
///
///     Program f = Program::record(
///         [](std::span<const Tensor> x) { return std::vector{sum(tanh(x[0]) * x[1])}; },
///         {tensor({1, 2}), tensor({3, 4})});
///     Tensor y = f({tensor({5, 6}), tensor({7, 8})})[0];
///
/// A run calls the same kernels in the same order as the recording did, so it gives the same bits.
/// What does not depend on an input or a parameter is a constant of the program; a parameter has
/// the value that it has at the time of the run. Branches that C++ took while recording are taken
/// again as they were: a program knows operations, not the code that called them.
///
/// Where no tape records, a program is run as it was planned once: elementwise steps of one size go
/// through their numbers together, block by block; what is done to each of a stack of matrices is
/// done to one after the other; and values share the memory of one workspace, as `memory()` and
/// `table()` tell. Several threads may run one program at a time.
///
/// Run under a tape, a program is recorded there like any function of tensors.
namespace autograd {

class Program;

namespace detail {
struct ProgramParts;
class Recording;
const ProgramParts& parts_of(const Program& program);
}  // namespace detail

/// Time and memory of one step of a program.
struct StepProfile {
  std::size_t step = 0;  ///< its number in the program's table
  std::string operation;
  double forward_seconds = 0;  ///< the median over the runs
  double backward_seconds = 0;
  std::size_t bytes = 0;       ///< of its value
  std::size_t kept_bytes = 0;  ///< of its value, if a pullback needs it
};

/// The memory of a program's run, in bytes.
struct ProgramMemory {
  std::size_t workspace = 0;      ///< of all values but the outputs, at a time, on one thread
  std::size_t without_reuse = 0;  ///< of the same, were each stored in a place of its own
  std::size_t outputs = 0;
};

/// What running a program costs.
struct Profile {
  std::vector<StepProfile> steps;
  double forward_seconds = 0;
  double backward_seconds = 0;

  /// A line a step, the most expensive first, and the sums.
  std::string table() const;

  /// The steps one after another on a time line, in the Trace Event format that chrome://tracing
  /// and Perfetto open.
  std::string chrome_trace() const;
};

class Program {
 public:
  using Function = std::function<std::vector<Tensor>(std::span<const Tensor> inputs)>;

  /// Runs f once on the inputs under a tape and keeps what it did. Inputs may be f32, f64 or i64.
  static Program record(const Function& f, std::vector<Tensor> inputs);

  /// The outputs at new inputs. Throws when their number, a shape or a dtype is not as recorded.
  std::vector<Tensor> operator()(std::span<const Tensor> inputs) const;
  std::vector<Tensor> operator()(std::initializer_list<Tensor> inputs) const {
    return (*this)(std::span(inputs.begin(), inputs.size()));
  }

  /// The same into handles that are there already, one an output: a run after the first asks the
  /// system for no memory.
  void run(std::span<const Tensor> inputs, std::span<Tensor> y) const;

  /// Outputs, and how they change along a direction: J·dx, by one run on dual numbers. An undefined
  /// direction stands for zeros, and is what an i64 input must have. In f64 throughout; rounded to
  /// the outputs' dtypes at the end. Parameters stay where they are. No tape records it.
  struct Pushed {
    std::vector<Tensor> y, dy;
  };
  Pushed jvp(std::span<const Tensor> inputs, std::span<const Tensor> dx) const;

  /// Whether every operation is known for dual numbers: not those of users, nor checkpoints.
  bool has_jvp() const;

  /// The derivatives of the outputs by the inputs, each output weighted by its adjoint: dx = Jᵀ·dy.
  /// An undefined adjoint stands for zeros. Undefined for an i64 input.
  std::vector<Tensor> vjp(std::span<const Tensor> inputs, std::span<const Tensor> dy) const;

  /// A program that trains: the outputs, and behind them the derivatives of the first one, a single
  /// number, by every f32 and f64 input and then by every parameter, in the order in which the
  /// program's steps name them; zeros where it does not depend on one. Recorded at these inputs.
  /// The derivatives have the bits that a tape gives, except where an operation's pullback has a
  /// kernel of its own: that of softmax, log_softmax, cross_entropy and cumulative sums.
  ///
  /// Run under a tape, it is differentiated like any program.
  Program with_gradient(std::span<const Tensor> inputs) const;
  Program with_gradient(std::initializer_list<Tensor> inputs) const {
    return with_gradient(std::span(inputs.begin(), inputs.size()));
  }

  /// The program as it would have been recorded in f64: what it computes without the rounding of
  /// f32. Recorded anew at these inputs; those of the result are f64 where they were f32. Its
  /// constants are the old ones, converted exactly, and so are its parameters, which become
  /// constants. Casts to f32 cast no more.
  Program in_f64(std::span<const Tensor> inputs) const;

  /// The number of steps: inputs, constants, parameters and operations.
  std::size_t size() const;
  std::size_t inputs() const;
  const Shape& input_shape(std::size_t k) const;
  std::size_t outputs() const;

  /// What a run takes from the pool, inputs, parameters and constants aside.
  ProgramMemory memory() const;

  /// A line a step: number, operation, inputs, dtype and shape, bytes, whether a pullback by the
  /// inputs or parameters would keep its value, the last step that reads it, and the number of the
  /// chain of elementwise steps that it is run in, if it is not alone.
  std::string table() const;

  /// The program in the language of Graphviz, and as JSON: {"steps": [{"step", "operation",
  /// "settings", "inputs", "dtype", "shape", "bytes", "kept"}], "outputs": […]}.
  std::string graphviz() const;
  std::string json() const;

  /// Runs the program and the pullbacks of its first output `runs` times and takes the time of
  /// every step.
  Profile profile(std::span<const Tensor> inputs, int runs = 11) const;

 private:
  friend class Tape;
  friend class Walk;
  friend const detail::ProgramParts& detail::parts_of(const Program& program);
  explicit Program(std::shared_ptr<const detail::ProgramParts> parts) : parts_(std::move(parts)) {}

  void check_inputs(const char* what, std::span<const Tensor> inputs) const;

  std::shared_ptr<const detail::ProgramParts> parts_;
};

}  // namespace autograd
