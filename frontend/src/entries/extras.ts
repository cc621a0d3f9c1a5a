export * from "../extras";
