/** What the pages run: htmx for fragments and the live stream, and the three small things it has no words for. */
import "htmx.org";
import "htmx-ext-sse";
import { watchStream } from "./live";
import { followCalls } from "./player";
import { runClocks } from "./clocks";

// `defer` runs this when the document is read.
runClocks();
watchStream();
followCalls();
