#include "apps/verify/studies/by_the_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apps/verify/by_hand/by_the_book.h"
#include "apps/verify/report/table.h"
#include "apps/verify/studies/arrays.h"
#include "apps/verify/studies/images.h"
#include "apps/verify/studies/judges.h"
#include "autograd/tensor/factories.h"
#include "nn/data/preprocess.h"

namespace verify {
namespace {

using autograd::Index;

constexpr by_hand::Layers layers{784, 50, 10};
constexpr Index images = 1000;
constexpr std::size_t checked = 5;  // samples under the differences
constexpr double deviation = 1e-6;  // of all weights and biases
constexpr double zeta = 0.9;
constexpr double eta = 0.1 / 1000;

// Pixels less the training set's mean, by its deviation, times ζ.
Problem prepare(const Pixels& pixels, const nn::Moments& moments, autograd::Dtype dtype) {
  std::vector<double> x = to_vector(nn::standardize(autograd::tensor(pixels.x), moments));
  for (double& v : x) v *= zeta;
  return {layers, dtype, rounded(std::move(x), dtype), pixels.labels};
}

struct Data {
  Problem train, test;
};

Data read_data(const Options& options, autograd::Dtype dtype) {
  const auto train = images_of(options.data, "mnist", "train", checked);
  const auto test = images_of(options.data, "mnist", "t10k", 1);
  const Pixels pixels = pixels_of(train, first(train, images));
  const nn::Moments moments = nn::moments(autograd::tensor(pixels.x));
  return {prepare(pixels, moments, dtype),
          prepare(pixels_of(test, first(test, images)), moments, dtype)};
}

struct Course {
  std::vector<by_hand::Epoch> epochs;
  std::vector<double> end;  // the flat point
};

template <class T>
Course train(const Data& data, const std::vector<double>& start, std::size_t epochs,
             const Progress& progress) {
  const std::vector<T> flat = cast<T>(start), x = cast<T>(data.train.x), y = cast<T>(data.test.x);
  const by_hand::Weights<T> seen = by_hand::unpack<T>(layers, flat);
  const auto owned = [](std::span<const T> block) {
    return std::vector<T>(block.begin(), block.end());
  };
  by_hand::Network<T> network{owned(seen.W1), owned(seen.b1), owned(seen.W2), owned(seen.b2)};
  const auto show = [&](const by_hand::Epoch& epoch) {
    progress.show("by-the-book", epoch.k + 1, epochs, fmt::format("loss {:.2f}", epoch.train_loss));
  };
  Course course;
  course.epochs =
      by_hand::train_by_the_book<T>(layers, network, {x, data.train.labels}, {y, data.test.labels},
                                    static_cast<T>(eta), epochs, show);
  course.end = flatten(network);
  return course;
}

// A line and a row of numbers for every epoch.
void add_epochs(Outcome& outcome, const Course& course, const Data& data) {
  const auto percent = [](std::size_t errors, const Problem& problem) {
    return 100 * static_cast<double>(errors) / static_cast<double>(problem.labels.size());
  };
  Json rows = Json::array();
  for (const by_hand::Epoch& epoch : course.epochs) {
    const double train = percent(epoch.train_errors, data.train);
    const double test = percent(epoch.test_errors, data.test);
    outcome.words += fmt::format(
        "{} acc_train_loss {:.2f} acc_train_error {:.2f}% test_error "
        "{:.2f}%\n",
        epoch.k, epoch.train_loss, train, test);
    rows.push_back({{"k", epoch.k},
                    {"acc_train_loss", json_number(epoch.train_loss)},
                    {"acc_train_error", train},
                    {"test_error", test}});
  }
  outcome.numbers["epochs"] = rows;
}

// The same training with the tape's gradients, one sample at a time: how far its losses are from
// those by hand.
void add_training_by_tape(Outcome& outcome, const Problem& problem,
                          const std::vector<double>& start, const Course& course,
                          const Progress& progress) {
  const by_tape::Spec spec = by_the_book_spec(problem);
  const by_tape::Samples samples = by_tape::samples(spec, problem.x, problem.labels);
  by_tape::Network network(spec);
  network.set(start);
  double largest = 0;
  for (const by_hand::Epoch& epoch : course.epochs) {
    const by_tape::LossAndGradient taped = network.gradient_one_by_one(samples);
    network.descend(taped.gradient, eta);
    largest = std::max(largest, std::abs(taped.loss - epoch.train_loss) / epoch.train_loss);
    progress.show("by-the-book by tape", epoch.k + 1, course.epochs.size(),
                  fmt::format("loss {:.2f}", taped.loss));
  }
  progress.clear();
  outcome.words += fmt::format(
      "by tape, one sample at a time, no loss differs from that by hand by more than {} relative\n",
      figure(largest, 2));
  outcome.numbers["by_tape"] = {{"largest_relative_difference", json_number(largest)}};
}

void add_checks(Outcome& outcome, const Problem& train, const std::vector<double>& start,
                const std::vector<double>& end, std::size_t epochs) {
  const Problem few = first_samples(train, checked);
  by_differences::LossSpec spec;
  spec.output = by_differences::Activation::tanh;
  spec.loss = by_differences::LossKind::sum_squared_error;
  spec.reduction = by_differences::Reduction::sum;
  const auto loss = plain_loss(few, spec);
  const std::string which = fmt::format("all {} parameters, the first {} samples, ",
                                        grouped(loss.parameters()), few.labels.size());
  outcome.comparisons.push_back(
      compare_at(which + "at the start", few, loss, start, by_the_book_judges));
  outcome.comparisons.push_back(compare_at(fmt::format("{}after {} epochs", which, epochs), few,
                                           loss, end, by_the_book_judges));
  outcome.numbers["samples_checked"] = few.labels.size();
}

}  // namespace

Outcome by_the_book(const Options& options, const Progress& progress) {
  const autograd::Dtype dtype = options.dtype.value_or(autograd::f32);
  const std::size_t epochs = options.epochs.value_or(14);
  const Data data = read_data(options, dtype);
  const auto size = static_cast<Index>(by_hand::flat_size(layers));
  autograd::Random random(options.seed);
  const auto start = rounded(to_vector(random.normal({size}, 0, deviation)), dtype);
  const std::string source = source_of(options.data, "mnist");

  Outcome outcome;
  outcome.study = "by-the-book";
  outcome.header = fmt::format(
      "{}, tanh on both layers, squared error, {} images of {}, one at a "
      "time, {}, seed {}",
      to_string(layers), grouped(std::ssize(data.train.labels)), source, precision(dtype),
      options.seed);
  outcome.options = {
      {"dtype", name(dtype)}, {"seed", options.seed}, {"data", source}, {"epochs", epochs}};
  const Course course = with_floating(
      dtype, [&](auto zero) { return train<decltype(zero)>(data, start, epochs, progress); });
  add_epochs(outcome, course, data);
  add_training_by_tape(outcome, data.train, start, course, progress);
  add_checks(outcome, data.train, start, course.end, epochs);
  return outcome;
}

}  // namespace verify
