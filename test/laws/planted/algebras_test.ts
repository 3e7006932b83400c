import { describePlanted } from "../../support/laws/planted.ts";
import { brokenAlgebras } from "../../support/laws/planted/algebras.ts";

describePlanted("planted bugs: an algebra", brokenAlgebras);
