import { describePlanted } from "../../support/laws/planted.ts";
import { overclaimingDeciders } from "../../support/laws/planted/claims.ts";

describePlanted("planted bugs: a decider that breaks what it claims", overclaimingDeciders);
