import { describePlanted } from "../../support/laws/planted.ts";
import { changedPasts } from "../../support/laws/planted/recorded.ts";

describePlanted("planted bugs: code that changes its past", changedPasts);
