#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/speed/process.h"

/// Those who do the works.
namespace bench {

/// How a contender is started.
struct Entry {
  std::string name;  ///< a column of the table
  std::vector<std::string> command;
  Process::Settings environment;
  bool everywhere = true;  ///< false: only where a row calls it
  std::string absent;      ///< why it cannot be started; empty: it can
};

/// All there are; Plumb first and second. `workers` is the folder of their programs, `scripts` that
/// of worker.py; `python` runs it.
std::vector<Entry> entries(const std::string& workers, const std::string& scripts,
                           const std::string& python);

/// A contender at work.
class Worker {
 public:
  /// Starts it. Throws std::runtime_error where something that it needs is missing, with what.
  explicit Worker(const Entry& entry);

  const std::string& name() const { return entry_.name; }  ///< the column's
  const std::string& version() const { return version_; }  ///< as it calls itself
  bool everywhere() const { return entry_.everywhere; }

  /// Another process of the same kind, which has done nothing yet.
  std::unique_ptr<Worker> afresh() const { return std::make_unique<Worker>(entry_); }

  /// Whether it does the work. The scale and the words are those of its answer.
  bool set_up(const std::string& dtype, const std::string& work);
  double scale() const { return scale_; }
  const std::string& words() const { return words_; }

  double loss(long repetitions);
  /// Seconds for the repetitions.
  double time(long repetitions);
  std::optional<double> figure(const std::string& name);

 private:
  std::string ask(const std::string& line);
  double value(const std::string& line);

  Entry entry_;
  std::string version_, words_;
  double scale_ = 1;
  Process process_;
};

}  // namespace bench
