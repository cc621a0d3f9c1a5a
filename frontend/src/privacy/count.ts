/** Told the name of the rule each time that something was hidden. */
export type Count = (rule: string) => void;
