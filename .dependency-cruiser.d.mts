export declare const MAY_IMPORT: Readonly<Record<string, readonly string[]>>;
export declare const CONFINED: Readonly<
  Record<string, { readonly to: string; readonly why: string }>
>;
