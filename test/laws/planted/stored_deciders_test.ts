import { describePlanted } from "../../support/laws/planted.ts";
import {
  noisyDeciders,
  storedDeciders,
  undeclaredDeciders,
} from "../../support/laws/planted/stored_deciders.ts";

describePlanted("planted bugs: a decider whose events are stored", storedDeciders);
describePlanted("planted bugs: a decider that is not silent", noisyDeciders);
describePlanted("planted bugs: a decider that does not do what was declared", undeclaredDeciders);
