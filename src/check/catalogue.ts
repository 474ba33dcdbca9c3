/**
 * The built-in properties, for whoever lists or explains them.
 */
export { PROPERTIES } from "../../properties/index.ts";
