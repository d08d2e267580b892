// The analyzer's programmatic entries carry no types of their own.
declare module '@custom-elements-manifest/analyzer/src/create.js' {
  /** @param input files parsed by the compiler that the analyzer brings, which no package of ours has types of */
  export function create(input: {
    modules: readonly unknown[]
    plugins: readonly unknown[]
    dev: boolean
  }): unknown
}
declare module '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js' {
  export function litPlugin(): unknown[]
}
