import { describePlanted } from "../../support/laws/planted.ts";
import { brokenProcesses, brokenSystems } from "../../support/laws/planted/processes.ts";

describePlanted("planted bugs: a process", brokenProcesses);
describePlanted("planted bugs: a system", brokenSystems);
