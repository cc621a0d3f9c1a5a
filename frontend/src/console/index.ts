/** The console's islands: what a page without script cannot do. Each returns what stops it. */
export { copyFields, copyLinks } from "./copy";
export { glance } from "./glance";
export { keepPlace, listKeys } from "./listkeys";
export { countPicks, showPickAll } from "./picks";
export { refresh } from "./refresh";
