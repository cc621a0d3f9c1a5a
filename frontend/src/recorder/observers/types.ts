/** Hand one of our own events to the gate. */
export type Emit = (tag: string, payload: Record<string, unknown>) => void;
