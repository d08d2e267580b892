import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** What is used here of the compiler that is written in JavaScript. */
export interface ClassicCompiler {
  readonly version: string
  readonly ScriptTarget: { readonly ES2022: number }
  createSourceFile(path: string, text: string, target: number, withParents: boolean): unknown
}

/** Folder of the compiler that the analyzer brings: the project's own no longer offers itself to programs. */
export function classicCompilerFolder(): string {
  const analyzer = require.resolve('@custom-elements-manifest/analyzer/package.json')
  return createRequire(analyzer)
    .resolve('typescript/package.json')
    .replace(/\/package\.json$/, '')
}

export function classicCompiler(): ClassicCompiler {
  return require(classicCompilerFolder())
}
