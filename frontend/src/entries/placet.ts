import { load } from "../loader";

load();
