#include "bench/speed/contenders.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "bench/speed/machine.h"

namespace bench {
namespace {

constexpr std::chrono::seconds patience{120};

// One thread each, and nothing written beside the sources.
const Process::Settings alone{{"OPENBLAS_NUM_THREADS", "1"},
                              {"OMP_NUM_THREADS", "1"},
                              {"MKL_NUM_THREADS", "1"},
                              {"PYTHONDONTWRITEBYTECODE", "1"},
                              {"XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false"}};
// OpenBLAS does not know every processor by name, and falls back to an old one.
const Process::Settings skylake{{"OPENBLAS_CORETYPE", "SKYLAKEX"}};
// The C library gives large blocks back to the system at once unless told to keep them.
const Process::Settings memory_kept{{"MALLOC_MMAP_THRESHOLD_", "4000000000"},
                                    {"MALLOC_TRIM_THRESHOLD_", "8000000000"},
                                    {"MALLOC_TOP_PAD_", "268435456"}};

Process::Settings operator+(Process::Settings a, const Process::Settings& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Fills in why an entry cannot be started.
void look(Entry& entry) {
  const bool wants_avx512 = std::find(entry.environment.begin(), entry.environment.end(),
                                      skylake[0]) != entry.environment.end();
  if (!std::filesystem::exists(entry.command[0]) &&
      entry.command[0].find('/') != std::string::npos) {
    entry.absent = "not built, because it is not installed";
  } else if (wants_avx512 && !has_avx512()) {
    entry.absent = "needs AVX-512, which this processor has not";
  }
}

}  // namespace

std::vector<Entry> entries(const std::string& workers, const std::string& scripts,
                           const std::string& python) {
  const auto program = [&](const std::string& name) { return workers + "/worker_" + name; };
  const auto script = [&](const std::string& name) {
    return std::vector<std::string>{python, scripts + "/worker.py", name};
  };
  std::vector<Entry> list{
      {"Plumb", {program("plumb")}, alone, true, ""},
      {"Plumb again", {program("plumb")}, alone, true, ""},
      {"Plumb, two threads", {program("plumb"), "2"}, {}, false, ""},
      {"by hand", {program("by_hand")}, alone, true, ""},
      {"OpenBLAS", {program("openblas")}, alone, true, ""},
      {"OpenBLAS as SKYLAKEX", {program("openblas")}, alone + skylake, true, ""},
      {"Eigen", {program("eigen")}, alone, true, ""},
      {"libtorch", {program("torch")}, alone, true, ""},
      {"libtorch, memory kept", {program("torch")}, alone + memory_kept, true, ""},
      {"libtorch, memory kept, SKYLAKEX",
       {program("torch")},
       alone + memory_kept + skylake,
       true,
       ""},
      {"NumPy", script("numpy"), alone, true, ""},
      {"NumPy, SKYLAKEX", script("numpy"), alone + skylake, true, ""},
      {"SciPy", script("scipy"), has_avx512() ? alone + skylake : alone, true, ""},
      {"PyTorch", script("torch"), alone + memory_kept, true, ""},
      {"JAX", script("jax"), alone, true, ""},
  };
  for (Entry& entry : list) look(entry);
  return list;
}

Worker::Worker(const Entry& entry) : entry_(entry), process_(entry.command, entry.environment) {
  const std::string hello = process_.read(patience);
  if (hello.rfind("ready ", 0) != 0) {
    throw std::runtime_error(hello.rfind("missing ", 0) == 0 ? hello.substr(8) : hello);
  }
  version_ = hello.substr(6);
}

std::string Worker::ask(const std::string& line) {
  std::string answer = process_.ask(line, patience);
  if (answer.rfind("error ", 0) == 0) throw std::runtime_error(answer.substr(6));
  return answer;
}

double Worker::value(const std::string& line) {
  const std::string answer = ask(line);
  if (answer.rfind("value ", 0) != 0) throw std::runtime_error("answered \"" + answer + "\"");
  return std::stod(answer.substr(6));
}

bool Worker::set_up(const std::string& dtype, const std::string& work) {
  const std::string answer = ask("setup " + dtype + " " + work);
  if (answer == "no") return false;
  std::istringstream words(answer);
  std::string ok;
  if (!(words >> ok >> scale_) || ok != "ok") {
    throw std::runtime_error("answered \"" + answer + "\"");
  }
  words_.clear();
  std::getline(words >> std::ws, words_);
  return true;
}

double Worker::loss(long repetitions) { return value("loss " + std::to_string(repetitions)); }

double Worker::time(long repetitions) { return value("time " + std::to_string(repetitions)); }

std::optional<double> Worker::figure(const std::string& name) {
  const std::string answer = ask("figure " + name);
  if (answer == "no") return {};
  return std::stod(answer.substr(6));
}

}  // namespace bench
