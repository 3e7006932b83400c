import { describePlanted } from "../../support/laws/planted.ts";
import { brokenLadders } from "../../support/laws/planted/ladders.ts";

describePlanted("planted bugs: a ladder", brokenLadders);
