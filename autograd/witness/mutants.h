#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/check/probe.h"
#include "autograd/tape/walk.h"

/// The mistakes that people make in a backward pass, made on purpose: backpropagation over a
/// recorded program with one rule changed. Whoever made the same mistake has the same gradient.
///
/// Which mistakes are possible follows from the program: from its activations, softmaxes, masks,
/// matrix products and batch sums. A new mistake is one more function in mutants_*.cpp that adds to
/// the list.
namespace autograd::check {

/// One mistake.
struct Mutant {
  std::string cause;  ///< its short name, such as "slope_missing"
  std::string text;   ///< what was done, after "the gradient is as if ": a clause
  std::string fix;    ///< what to do instead, a sentence
  /// The whole gradient that it leads to, flat, at a parameter where it has one.
  std::function<std::vector<double>(double parameter)> gradient;
  /// Where the search for the parameter begins; none: it has no parameter.
  std::optional<double> start = {};
};

/// Whether an operation bends its operand element by element: tanh, relu and their kin.
bool is_activation(std::string_view operation);

/// Whether it is a softmax, or a loss with a softmax or sigmoid inside.
bool is_output(std::string_view operation);

/// The steps of a program that mistakes are made at.
class Anatomy {
 public:
  Anatomy(const Program& program, std::span<const Tensor> inputs);

  const Walk& walk() const { return walk_; }
  const Program& program() const { return program_; }
  std::span<const Tensor> inputs() const { return inputs_; }

  const std::vector<std::size_t>& activations() const { return activations_; }  ///< by layer
  const std::vector<std::size_t>& products() const { return products_; }        ///< matrix products
  const std::vector<std::size_t>& masks() const { return masks_; }      ///< times a constant array
  const std::vector<std::size_t>& outputs() const { return outputs_; }  ///< softmaxes and the like

  /// The step whose value has a row for each sample and is summed to the loss; none: there is no
  /// such sum.
  std::optional<std::size_t> samples() const { return samples_; }
  /// The number of its rows; 1 without it.
  Index batch() const { return batch_; }

  /// The layer of a step, counted from 1: the number of matrix products up to it.
  int layer(std::size_t step) const { return layers_[step]; }
  /// "the tanh of layer 1", "the pre-activations of layer 2", "the input".
  std::string describe(std::size_t step) const;

  /// The flat gradient of a pass with some pullbacks replaced, from the loss or from another step.
  std::vector<double> gradient(const Walk::Pull& pull = {}) const;
  std::vector<double> gradient_from(std::size_t step, const Tensor& dy) const;
  /// The adjoint of every step.
  std::vector<Tensor> adjoints() const { return walk_.pull(walk_.output(0), Tensor(1.0)); }

 private:
  void classify(std::size_t step);
  void find_samples();
  std::vector<double> flat(const std::vector<Tensor>& adjoints) const;

  const Program& program_;
  std::vector<Tensor> inputs_;
  Walk walk_;
  std::vector<std::size_t> activations_, products_, masks_, outputs_;
  std::optional<std::size_t> samples_;
  Index batch_ = 1;
  std::vector<int> layers_;
};

/// Every mistake that changes backpropagation somewhere, for this program. Keeps references to the
/// anatomy. `claim` is what somebody made of it, for the mistakes that feed on themselves.
std::vector<Mutant> mutants_of(const Anatomy& anatomy, std::span<const Block> blocks,
                               std::span<const double> claim);

// The families, each in a file of its own.
void add_slopes(const Anatomy& anatomy, std::vector<Mutant>& mutants);
void add_outputs(const Anatomy& anatomy, std::vector<Mutant>& mutants);
void add_masks(const Anatomy& anatomy, std::vector<Mutant>& mutants);
void add_weights(const Anatomy& anatomy, std::span<const Block> blocks,
                 std::span<const double> claim, std::vector<Mutant>& mutants);

}  // namespace autograd::check
