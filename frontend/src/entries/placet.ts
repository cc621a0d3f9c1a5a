declare const RECORDER: string;
declare const INTEGRITY: string;
console.debug(RECORDER, INTEGRITY);
