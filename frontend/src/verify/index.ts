export { canonical, type Json } from "./canonical";
export { check, readDocument, readKeys } from "./check";
export { startVerify } from "./page";
