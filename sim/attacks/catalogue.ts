import type { Behaviour } from "./behaviour.ts";
import { briefFlood } from "./brief-flood.ts";
import { broadFlood } from "./broad-flood.ts";
import { burst } from "./burst.ts";
import { chattyHost } from "./chatty-host.ts";
import { crossSite } from "./cross-site.ts";
import { flappingJoined, flappingParted } from "./flapping.ts";
import { minuteEdge } from "./minute-edge.ts";
import { mixedClasses } from "./mixed-classes.ts";
import { nineHosts } from "./nine-hosts.ts";
import { noExcess } from "./no-excess.ts";
import { noisyNeighbour } from "./noisy-neighbour.ts";
import { olderKernels } from "./older-kernels.ts";
import { ramp } from "./ramp.ts";
import { slowSpreadInside } from "./slow-spread-inside.ts";
import { slowSpreadOutside } from "./slow-spread-outside.ts";
import { windowEdgeInside, windowEdgeOutside } from "./window-edge.ts";

/** Played in this order, again and again; the cheap ones first, so that small logs have them. */
export const CATALOGUE: readonly Behaviour[] = [
  windowEdgeInside,
  windowEdgeOutside,
  minuteEdge,
  slowSpreadInside,
  slowSpreadOutside,
  briefFlood,
  noExcess,
  burst,
  olderKernels,
  flappingJoined,
  flappingParted,
  crossSite,
  mixedClasses,
  noisyNeighbour,
  nineHosts,
  chattyHost,
  ramp,
  broadFlood,
];
