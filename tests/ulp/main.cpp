#include <fstream>
#include <iostream>
#include <sstream>

#include "autograd/tensor/dtype.h"
#include "tests/ulp/measure.h"

/// How many units in the last place the operations and their derivatives are off, against files of
/// reference values. Prints a table and writes it as ulp.md and ulp.json into a folder, the build
/// folder unless another is given. Exits with 1 where a bound is not met, with 2 where a file
/// cannot be used.
namespace {

using ulp::Measured;

std::string rounded(double number) {
  std::ostringstream text;
  text.precision(2);
  text << std::fixed << number;
  return text.str();
}

std::string markdown(const std::vector<Measured>& all) {
  std::ostringstream out;
  out << "| operation | dtype | value, ulp | derivative, ulp | bound | met |\n"
      << "| --- | --- | ---: | ---: | ---: | --- |\n";
  for (const Measured& m : all) {
    out << "| " << m.op << " | " << name(m.dtype) << " | " << rounded(m.value) << " | "
        << rounded(m.derivative) << " | " << rounded(m.bound) << " | " << (m.met ? "yes" : "NO")
        << " |\n";
  }
  return out.str();
}

std::string json_number(double number) {
  std::ostringstream text;
  text.precision(6);
  text << (number < 1e300 ? number : 1e300);  // JSON has no infinity
  return text.str();
}

std::string json(const std::vector<Measured>& all) {
  std::ostringstream out;
  out << "[\n";
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Measured& m = all[i];
    out << R"(  {"op": ")" << m.op << R"(", "dtype": ")" << name(m.dtype) << R"(", "value_ulp": )"
        << json_number(m.value) << R"(, "derivative_ulp": )" << json_number(m.derivative)
        << R"(, "bound": )" << json_number(m.bound) << "}" << (i + 1 < all.size() ? ",\n" : "\n");
  }
  out << "]\n";
  return out.str();
}

std::vector<Measured> measure_file(const std::string& path) {
  std::vector<Measured> all;
  for (const ulp::Operation& operation : ulp::read(path)) {
    const ulp::Row* row = ulp::find(operation.name);
    if (row == nullptr) throw ulp::BadFile(path + ": there is no operation " + operation.name);
    for (const autograd::Dtype dtype : {autograd::f32, autograd::f64}) {
      try {
        all.push_back(ulp::measure(operation, *row, dtype));
      } catch (const ulp::BadFile& error) {
        throw ulp::BadFile(path + ": " + error.what());
      }
    }
  }
  return all;
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw ulp::BadFile(path + ": cannot be written");
}

int run(int count, char** arguments) {
  std::vector<std::string> files(arguments + 1, arguments + count);
  std::string folder = ULP_FOLDER;
  if (files.size() >= 2 && files[0] == "--folder") {
    folder = files[1];
    files.erase(files.begin(), files.begin() + 2);
  }
  if (files.empty()) {
    throw ulp::BadFile("expected files: ulp_table [--folder FOLDER] FILE.json...");
  }
  std::vector<Measured> all;
  for (const std::string& file : files) {
    for (Measured& m : measure_file(file)) all.push_back(std::move(m));
  }
  const std::string table = markdown(all);
  std::cout << table;
  write(folder + "/ulp.md", table);
  write(folder + "/ulp.json", json(all));
  int missed = 0;
  for (const Measured& m : all) missed += m.met ? 0 : 1;
  std::cout << all.size() << " measured, " << missed << " beyond the bound\n";
  return missed == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run(count, arguments);
  } catch (const std::exception& error) {
    std::cerr << "ulp_table: " << error.what() << '\n';
    return 2;
  }
}
