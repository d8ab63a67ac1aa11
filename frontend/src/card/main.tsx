/** The card's page: what it will need is asked for before the page itself has come. */
import "./first";

void import("./app");
