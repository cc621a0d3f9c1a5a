export { start } from "../recorder";
