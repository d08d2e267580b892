import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

interface Type {
  readonly isType?: never
}
interface Symbol {
  readonly name: string
  readonly flags: number
  readonly declarations?: readonly { getText(): string }[]
}
interface SourceFile {
  readonly fileName: string
}
type Flags<Name extends string> = Readonly<Record<Name, number>>

/** What is used here of the compiler that is written in JavaScript. */
export interface ClassicCompiler {
  readonly ScriptTarget: Flags<'ES2022'>
  readonly ModuleKind: Flags<'ESNext'>
  readonly ModuleResolutionKind: Flags<'Bundler'>
  readonly SymbolFlags: Flags<'Interface' | 'TypeAlias'>
  readonly TypeFormatFlags: Flags<
    'NoTruncation' | 'InTypeAlias' | 'UseSingleQuotesForStringLiteralType'
  >
  createSourceFile(path: string, text: string, target: number, withParents: boolean): SourceFile
  createProgram(
    files: readonly string[],
    options: Readonly<Record<string, unknown>>,
  ): {
    getSourceFile(path: string): SourceFile | undefined
    getTypeChecker(): {
      getSymbolAtLocation(file: SourceFile): Symbol | undefined
      getExportsOfModule(module: Symbol): Symbol[]
      getDeclaredTypeOfSymbol(symbol: Symbol): Type
      typeToString(type: Type, enclosing: undefined, flags: number): string
    }
  }
}

/** Folder of the compiler that the analyzer brings: the project's own no longer offers itself to programs. */
export function classicCompilerFolder(): string {
  const analyzer = require.resolve('@custom-elements-manifest/analyzer/package.json')
  return createRequire(analyzer)
    .resolve('typescript/package.json')
    .replace(/[\\/]package\.json$/, '')
}

export function classicCompiler(): ClassicCompiler {
  return require(classicCompilerFolder())
}
