import { describePlanted } from "../../support/laws/planted.ts";
import { brokenCodecs } from "../../support/laws/planted/codecs.ts";

describePlanted("planted bugs: a codec", brokenCodecs);
