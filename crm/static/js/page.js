/* Pages without live parts: the clock of the status line, and masked numbers that may be opened. */
import "./clock.js";
import "./numbers.js";
