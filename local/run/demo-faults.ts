/** What the demo's Connect does wrong: here, so that no other run loads the demo. */
export const demoFaults = "lost-answer=1x";
