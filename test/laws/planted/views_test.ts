import { describePlanted } from "../../support/laws/planted.ts";
import { brokenViews } from "../../support/laws/planted/views.ts";

describePlanted("planted bugs: a view", brokenViews);
