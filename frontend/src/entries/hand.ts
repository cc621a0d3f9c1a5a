import { noteHands } from "../review/hand";

noteHands();
