#include "autograd/check/page_parts.h"

namespace autograd::check::page {

std::string style() {
  // Heat runs from pale to dark on a light page and from dark to bright on a dark one (after the
  // colour map "plasma"), so that its order shows in lightness alone. Blue, orange and their like
  // are after M. Okabe and K. Ito, "Color universal design" (2008).
  return R"(:root{--page:#f2f4f7;--card:#fff;--ink:#15191f;--soft:#505a68;--rule:#d3d9e1;
--agree:#0a6b52;--disagree:#b3200f;--untold:#7a5600;--kink:#5b3fa0;--blue:#0067a8;--orange:#c25a00;
--within:#d5dae0;--heat0:#f7d94c;--heat1:#fba238;--heat2:#ec7853;--heat3:#c5407e;--heat4:#8f0da4;
--heat5:#2a0593;--nan:#000;--nan-ink:#fff}
@media(prefers-color-scheme:dark){:root{--page:#0f1318;--card:#1a2028;--ink:#eef1f5;--soft:#a9b4c2;
--rule:#36404c;--agree:#4fd1a5;--disagree:#ff8371;--untold:#f0c04a;--kink:#b9a1ff;--blue:#62b8f5;
--orange:#ffa04d;--within:#39434f;--heat0:#6a2aa8;--heat1:#a5309a;--heat2:#d44f72;--heat3:#f0804e;
--heat4:#fdb63a;--heat5:#fff27a;--nan:#fff;--nan-ink:#000}}
*{box-sizing:border-box}
html{font-size:clamp(17px,14px + .55vw,24px);-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);line-height:1.5;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:76rem;margin:0 auto;padding:.75rem;display:grid;gap:.9rem;
grid-template-columns:minmax(0,1fr)}
.card{background:var(--card);border:1px solid var(--rule);border-radius:.6rem;padding:1rem}
p,ul,dl{margin:.5rem 0}
h1,h2,p,li,td,th,dd,figcaption,caption{overflow-wrap:anywhere}
h1{font-size:clamp(1.7rem,5vw,3rem);line-height:1.1;margin:.3rem 0 .6rem;display:flex;
align-items:center;gap:.35em}
h2{font-size:1.25rem;line-height:1.25;margin:0 0 .5rem;display:flex;align-items:center;gap:.4em}
summary{cursor:pointer;list-style:none;display:flex;align-items:center;gap:.5rem}
summary::-webkit-details-marker{display:none}
summary::after{content:"+";font-size:1.4rem;line-height:1;color:var(--soft);margin-left:auto}
details[open]>summary::after{content:"−"}
summary h2{margin:0}
details[open]>summary{margin-bottom:.5rem}
.banner{border-width:1px 1px 1px .6rem}
.banner.agree{border-color:var(--agree)}
.banner.disagree{border-color:var(--disagree)}
.banner.cannot-tell,.banner.kink{border-color:var(--untold)}
.banner.agree h1{color:var(--agree)}
.banner.disagree h1{color:var(--disagree)}
.banner.cannot-tell h1,.banner.kink h1{color:var(--untold)}
.title{color:var(--soft);font-weight:600;margin:0}
.parties{color:var(--soft)}
.said{font-size:1.2rem;line-height:1.4}
.seen{color:var(--soft)}
.fix{border-left:.25rem solid var(--blue);padding-left:.7rem}
.cause+.cause{border-top:1px solid var(--rule);padding-top:.3rem}
.facts{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:.9rem 0 0}
.facts dt{color:var(--soft);font-size:.85rem}
.facts dd{margin:0;font-size:1.35rem;font-weight:650;font-variant-numeric:tabular-nums}
.sign{width:1.15em;height:1.15em;flex:none;vertical-align:-.22em;fill:var(--agree);stroke:none}
.sign path{fill:none;stroke:var(--card);stroke-width:3.6;stroke-linecap:round;
stroke-linejoin:round}
.sign .body{fill:inherit;stroke:none}
.sign.disagree{fill:var(--disagree)}
.sign.cannot-tell{fill:var(--untold)}
.sign.kink{fill:var(--kink)}
table{border-collapse:collapse;width:100%;margin:.6rem 0 0;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:650;padding-bottom:.3rem}
th,td{text-align:left;padding:.4rem .9rem .4rem 0;border-top:1px solid var(--rule);
vertical-align:top}
thead th{border-top:0;color:var(--soft);font-size:.85rem;font-weight:500}
@media(max-width:44rem){table,tbody,tr,th,td{display:block}thead{display:none}
caption{display:block}tr{border-top:1px solid var(--rule);padding:.45rem 0}
th,td{border:0;padding:.05rem 0}
td::before{content:attr(data-name) ": ";color:var(--soft)}}
.figures{display:grid;gap:1.2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr))}
figure{margin:0;min-width:0}
figcaption{margin-bottom:.4rem}
.plot{display:block;width:100%;height:auto;max-width:38rem;font-size:13px}
.plot text{fill:var(--ink)}
.plot .tick{fill:var(--soft);font-size:12px}
.grid{stroke:var(--rule);stroke-width:.7;fill:none}
.frame{stroke:var(--soft);stroke-width:1;fill:none}
.heat path{shape-rendering:crispEdges}
.legend{list-style:none;padding:0;margin:.5rem 0 0;display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;
font-size:.9rem}
.legend li{display:flex;align-items:center;gap:.45rem}
.key{width:1.15rem;height:1.15rem;flex:none}
.within{fill:var(--within)}
.heat0{fill:var(--heat0)}.heat1{fill:var(--heat1)}.heat2{fill:var(--heat2)}
.heat3{fill:var(--heat3)}.heat4{fill:var(--heat4)}.heat5{fill:var(--heat5)}
.kinked{fill:url(#kinked)}.untold{fill:url(#untold)}.not-finite{fill:url(#not-finite)}
.line{fill:none;stroke-width:2}
.right{stroke:var(--soft)}
.fitted{stroke:var(--orange);stroke-dasharray:7 4}
.forward{stroke:var(--orange)}
.central{stroke:var(--blue)}
.guide{stroke:var(--soft);stroke-width:1.3;stroke-dasharray:3 4}
.best{stroke:var(--ink);stroke-width:1.3}
.mark{fill:none;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.mark.agree{stroke:var(--blue);stroke-width:6}
.mark.forward,.mark.central{stroke-width:5.5}
.mark.kink{stroke:var(--kink)}
.mark.cannot-tell{stroke:var(--untold)}
.mark.disagree{stroke:var(--disagree)}
.patterns{position:absolute;width:0;height:0}
.patterns .ground{fill:var(--card)}
.patterns .kink-lines{stroke:var(--kink);stroke-width:1.6;fill:none}
.patterns .untold-dots{fill:var(--untold)}
.patterns .nan-ground{fill:var(--nan)}
.patterns .nan-lines{stroke:var(--nan-ink);stroke-width:1.6;fill:none}
@media print{.card{break-inside:avoid}}
)";
}

std::string patterns() {
  return R"(<svg class="patterns" aria-hidden="true"><defs>
<pattern id="kinked" width="6" height="6" patternUnits="userSpaceOnUse">
<rect class="ground" width="6" height="6"/><path class="kink-lines" d="M0 5l3-4 3 4"/></pattern>
<pattern id="untold" width="6" height="6" patternUnits="userSpaceOnUse">
<rect class="ground" width="6" height="6"/><circle class="untold-dots" cx="3" cy="3" r="1.5"/></pattern>
<pattern id="not-finite" width="8" height="8" patternUnits="userSpaceOnUse">
<rect class="nan-ground" width="8" height="8"/><path class="nan-lines" d="M1.5 1.5l5 5m0-5l-5 5"/></pattern>
</defs></svg>
)";
}

}  // namespace autograd::check::page
