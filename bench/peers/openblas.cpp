#include "bench/peers/blas.h"
#include "bench/peers/descent_by_hand.h"
#include "bench/peers/mixture_by_hand.h"
#include "bench/peers/product_by_hand.h"
#include "bench/peers/step_by_hand.h"

extern "C" char* openblas_get_corename();

namespace {

bench::Offer offer(const bench::Work& work) {
  if (work.kind == "step") return bench::step_by_hand<bench::blas::Products>(work);
  if (work.kind == "matmul") return bench::product_by_hand<bench::blas::Gemm>(work);
  if (work.kind == "mixture") return bench::mixture_by_hand(work);
  if (work.kind == "descent") return bench::descent_by_hand(work);
  return {};
}

}  // namespace

int main() {
  return bench::serve({"OpenBLAS, core " + std::string(openblas_get_corename()), offer, {}});
}
