import { startVerify } from "../verify";

startVerify(document.body);
