/* Pages without live parts: only the clock of the status line. */
import "./clock.js";
