import { describePlanted } from "../../support/laws/planted.ts";
import {
  impureDeciders,
  refoldedDeciders,
  unansweringDeciders,
} from "../../support/laws/planted/deciders.ts";

describePlanted("planted bugs: a decider that is folded again", refoldedDeciders);
describePlanted("planted bugs: a decider that is not pure", impureDeciders);
describePlanted("planted bugs: a decider that does not answer", unansweringDeciders);
